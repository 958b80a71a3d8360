import type { Metadata } from "next";
import { Prefetch, readTitle } from "@/app/prefetch";
import { RunScreen } from "@/components/training-run/run-screen";

type Props = { params: Promise<{ runId: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const id = await params;
  return {
    title: await readTitle(async (trpc, fetch) => {
      const run = await fetch(trpc.trainingRun.get.queryOptions(id));
      return `Training run on ${run.datanet.name}`;
    }, "Training run"),
  };
}

export default async function RunPage({ params }: Props) {
  const { runId } = await params;
  return (
    <Prefetch
      queries={(trpc) => [
        trpc.trainingRun.get.queryOptions({ runId }),
        trpc.trainingRun.items.queryOptions({ runId, filter: "broken", limit: 20 }),
        trpc.trainingRun.influence.queryOptions({ runId }),
        trpc.trainingRun.ownItems.queryOptions({ runId }),
      ]}
    >
      <RunScreen runId={runId} />
    </Prefetch>
  );
}
