import type { Metadata } from "next";
import { Prefetch, readTitle } from "@/app/prefetch";
import { DatanetScreen } from "@/components/datanet/datanet-screen";

type Props = { params: Promise<{ datanetId: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const id = await params;
  return {
    title: await readTitle(
      async (trpc, fetch) => (await fetch(trpc.datanet.get.queryOptions(id))).name,
      "Datanet",
    ),
  };
}

export default async function DatanetPage({ params }: Props) {
  const id = await params;
  return (
    <Prefetch
      queries={(trpc) => [trpc.datanet.get.queryOptions(id), trpc.snapshot.listForDatanet.queryOptions(id)]}
    >
      <DatanetScreen datanetId={id.datanetId} />
    </Prefetch>
  );
}
