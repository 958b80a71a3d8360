import { and, desc, eq } from "drizzle-orm";
import type { Database } from "@/db/client";
import { snapshots, trainingRuns } from "@/db/schema";
import type { Preset } from "@/db/schema/training-run.constants";
import type { RunnerBase } from "@/server/runner/client";
import type { TrainingConfig } from "./config";

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

/** Reads of each row while scoring: attribution checkpoints of one training. */
const CHECKPOINTS = 7;
const LEAST_UPDATES = 50;

/** Rows that go through the model while training; short data is repeated until there are 50 updates. */
const trainingWork = (rows: number, epochs: number, batchSize: number) =>
  Math.max(LEAST_UPDATES * batchSize, rows * epochs);

/**
 * How long a whole run takes, as a range in seconds: from earlier runs on the same base, their training scaled by the
 * rows it read and the rest by the rows there are; else from rates measured once on two cores (tiny 134 rows/s,
 * 135 M parameters 6.6 rows/s), which lie on 134 * (2.4e6 / parameters)^0.75 rows per second of training.
 */
export async function estimateSeconds(
  db: Database,
  base: RunnerBase,
  preset: Preset,
  trainRows: number,
): Promise<TimeEstimate> {
  const { epochs, batchSize } = base.presets[preset];
  const work = trainingWork(trainRows, epochs, batchSize);
  const earlier = await db
    .select({ seconds: trainingRuns.stageSeconds, config: trainingRuns.config, split: snapshots.split })
    .from(trainingRuns)
    .innerJoin(snapshots, eq(snapshots.id, trainingRuns.snapshotId))
    .where(and(eq(trainingRuns.baseId, base.id), eq(trainingRuns.status, "succeeded")))
    .orderBy(desc(trainingRuns.finishedAt))
    .limit(RECENT);
  const measured = earlier.flatMap(({ seconds, config, split }) => {
    const then = config as TrainingConfig;
    if (!split?.train) return [];
    const { training = 0, ...others } = seconds;
    const rest = Object.values(others).reduce((a, b) => a + b, 0);
    const workThen = trainingWork(split.train, then.epochs, then.batch_size);
    return [training * (work / workThen) + rest * (trainRows / split.train)];
  });
  if (measured.length > 0) {
    return {
      lowSeconds: Math.round(Math.min(...measured) / SPREAD),
      highSeconds: Math.round(Math.max(...measured) * SPREAD),
      basis: "measured",
      runs: measured.length,
    };
  }
  const rowsPerSecond = 134 * (2.4e6 / base.parameters) ** 0.75;
  const seconds = (work + CHECKPOINTS * trainRows) / rowsPerSecond;
  return {
    lowSeconds: Math.round(seconds + 20),
    highSeconds: Math.round(seconds * 3 + 60),
    basis: "typical",
    runs: 0,
  };
}
