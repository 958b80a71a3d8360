import type { Metadata } from "next";
import { PageHeader } from "@/components/common/page-header";
import { LinkButton } from "@/components/ui/button";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <>
      <PageHeader
        title="There is no such page"
        sentence="The address may be mistyped, or what stood here was never published."
      />
      <LinkButton href="/datanets" variant="primary">
        See the Datanets
      </LinkButton>
    </>
  );
}
