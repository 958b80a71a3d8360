import type { Metadata } from "next";
import { Prefetch, readTitle } from "@/app/prefetch";
import { AdapterPage } from "@/components/adapter/adapter-page";

type Props = { params: Promise<{ adapterId: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const id = await params;
  return {
    title: await readTitle(
      async (trpc, fetch) => (await fetch(trpc.adapter.get.queryOptions(id))).name,
      "Adapter",
    ),
  };
}

export default async function Page({ params }: Props) {
  const { adapterId } = await params;
  return (
    <Prefetch
      queries={(trpc) => [
        trpc.adapter.get.queryOptions({ adapterId }),
        trpc.chat.options.queryOptions({ adapterId }),
      ]}
    >
      <AdapterPage adapterId={adapterId} />
    </Prefetch>
  );
}
