import type { Metadata } from "next";
import { Prefetch } from "@/app/prefetch";
import { AdapterList } from "@/components/adapter/adapter-list";

export const metadata: Metadata = { title: "Adapters" };

export default function Page() {
  return (
    <Prefetch queries={(trpc) => [trpc.adapter.list.queryOptions({ limit: 100 })]}>
      <AdapterList />
    </Prefetch>
  );
}
