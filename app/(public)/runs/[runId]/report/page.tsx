import type { Metadata } from "next";
import { Prefetch, readTitle } from "@/app/prefetch";
import { BROKEN } from "@/components/evaluation/broken";
import { ReportScreen } from "@/components/training-run/report/report-screen";

type Props = { params: Promise<{ runId: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const id = await params;
  return {
    title: await readTitle(async (trpc, fetch) => {
      const run = await fetch(trpc.trainingRun.get.queryOptions(id));
      return `Report: training run on ${run.datanet.name}`;
    }, "Report of a training run"),
  };
}

export default async function ReportPage({ params }: Props) {
  const { runId } = await params;
  return (
    <Prefetch
      queries={(trpc) => [
        trpc.trainingRun.get.queryOptions({ runId }),
        trpc.trainingRun.items.queryOptions({ runId, ...BROKEN }),
        trpc.trainingRun.ability.queryOptions({ runId }),
        trpc.trainingRun.influence.queryOptions({ runId }),
        trpc.trainingRun.trace.queryOptions({ runId }),
        trpc.trainingRun.removals.queryOptions({ runId }),
      ]}
    >
      <ReportScreen runId={runId} />
    </Prefetch>
  );
}
