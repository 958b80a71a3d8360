import type { Metadata } from "next";
import { Prefetch } from "@/app/prefetch";
import { DatanetCatalogue } from "@/components/datanet/datanet-catalogue";

export const metadata: Metadata = { title: "Datanets" };

export default function DatanetsPage() {
  return (
    <Prefetch queries={(trpc) => [trpc.datanet.list.queryOptions({ search: "", limit: 25, offset: 0 })]}>
      <DatanetCatalogue />
    </Prefetch>
  );
}
