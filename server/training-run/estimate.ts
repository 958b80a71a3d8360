import { and, desc, eq } from "drizzle-orm";
import type { Database } from "@/db/client";
import { snapshots, trainingRuns } from "@/db/schema";
import type { Preset } from "@/db/schema/training-run.constants";
import type { RunnerBase } from "@/server/runner/client";

export type TimeEstimate = {
  lowSeconds: number;
  highSeconds: number;
  basis: "measured" | "typical";
  runs: number;
};

/** Earlier runs looked at; older ones may have run on another machine. */
const RECENT = 10;
/** The smallest spread that is honest about a machine doing other things too. */
const SPREAD = 1.4;

/**
 * How long a whole run takes, as a range in seconds: from earlier runs of the same base and preset, scaled by the
 * rows; else from rates measured once on two cores (tiny 134 rows/s, 135 M parameters 6.6 rows/s), which lie on
 * 134 * (2.4e6 / parameters)^0.75 rows per second of training.
 */
export async function estimateSeconds(
  db: Database,
  base: RunnerBase,
  preset: Preset,
  trainRows: number,
): Promise<TimeEstimate> {
  const earlier = await db
    .select({ seconds: trainingRuns.stageSeconds, split: snapshots.split })
    .from(trainingRuns)
    .innerJoin(snapshots, eq(snapshots.id, trainingRuns.snapshotId))
    .where(
      and(
        eq(trainingRuns.baseId, base.id),
        eq(trainingRuns.preset, preset),
        eq(trainingRuns.status, "succeeded"),
      ),
    )
    .orderBy(desc(trainingRuns.finishedAt))
    .limit(RECENT);
  const measured = earlier
    .filter((run) => (run.split?.train ?? 0) > 0)
    .map((run) => Object.values(run.seconds).reduce((a, b) => a + b, 0) * (trainRows / run.split!.train));
  if (measured.length > 0) {
    return {
      lowSeconds: Math.round(Math.min(...measured) / SPREAD),
      highSeconds: Math.round(Math.max(...measured) * SPREAD),
      basis: "measured",
      runs: measured.length,
    };
  }
  const { epochs, batchSize } = base.presets[preset];
  const updates = Math.max(50, Math.ceil((trainRows * epochs) / batchSize));
  const rowsPerSecond = 134 * (2.4e6 / base.parameters) ** 0.75;
  const training = (updates * batchSize) / rowsPerSecond;
  return {
    lowSeconds: Math.round(training + 15),
    highSeconds: Math.round(training * 3 + 60),
    basis: "typical",
    runs: 0,
  };
}
