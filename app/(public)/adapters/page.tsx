import type { Metadata } from "next";
import { Prefetch } from "@/app/prefetch";
import { AdapterList } from "@/components/adapter/adapter-list";
import { FIRST_PAGE } from "@/components/common/first-page";

export const metadata: Metadata = { title: "Adapters" };

export default function Page() {
  return (
    <Prefetch queries={(trpc) => [trpc.adapter.list.queryOptions(FIRST_PAGE)]}>
      <AdapterList />
    </Prefetch>
  );
}
