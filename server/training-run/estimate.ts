import { and, desc, eq, isNotNull, ne, or, sql } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { type DryRunReport, datanets, snapshots, trainingRunSnapshots, trainingRuns } from "@/db/schema";
import type { TimeRange } from "@/db/schema/training-run.constants";
import type { RunnerBase } from "@/server/runner/client";
import type { TrainingConfig } from "./config";

export type TimeEstimate = TimeRange & {
  /** What the pace is from: whole earlier runs, earlier dry runs, or machines measured elsewhere. */
  basis: "measured" | "checked" | "typical";
  runs: number;
};
/** The whole run, and of it the time until the verdict: influence is scored behind it. */
type Spent = { wholeSeconds: number; verdictSeconds: number };
/** The part of a run's settings that its length follows from. */
export type Length = { epochs: number; batchSize: number; learningRates: readonly number[] | null };
type Figures = NonNullable<DryRunReport["figures"]>;

/** Earlier runs looked at; older ones may have run on another machine. */
const RECENT = 10;
/** The smallest spread that is honest about a machine doing other things too. */
const SPREAD = 1.4;
/** One that took so many times the middle one was measured while the machine did something else. */
const ODD_TIMES = 3;

/** Reads of each row while scoring: the checkpoints that the runner's influence recipe looks at, one on large bases. */
const SCORING_READS = 4;
const LARGE_BASE = 100e6;
/** Each learning rate that is tried trains for this part of the updates. */
const TRIAL_SHARE = 6;
const LEAST_UPDATES = 50;
/** Loading the base for each of the four stages. */
const STARTS_SECONDS = 20;

/** Rows that go through the model while training and trying rates; short data is repeated until there are 50 updates. */
const trainingWork = (rows: number, { epochs, batchSize, learningRates }: Length) =>
  Math.max(LEAST_UPDATES * batchSize, rows * epochs) * (1 + (learningRates?.length ?? 0) / TRIAL_SHARE);

/**
 * How long a whole run takes, as a range in seconds: from earlier runs on the same base, their training scaled by the
 * rows it read and the rest by the rows there are; else from the steps of earlier dry runs; else from rates measured
 * once on two cores (tiny 134 rows/s, 135 M parameters 6.6 rows/s), which lie on 134 * (2.4e6 / parameters)^0.75 rows
 * per second of training.
 */
export async function estimateSeconds(
  db: DatabaseOrTransaction,
  base: Pick<RunnerBase, "id" | "parameters">,
  settings: Length,
  trainRows: number,
): Promise<TimeEstimate> {
  const work = trainingWork(trainRows, settings);
  const measured = (await earlierRuns(db, base.id)).map((run) =>
    spent(run.training * (work / run.work), run, trainRows / run.rows),
  );
  if (measured.length > 0) return { ...range(measured), basis: "measured", runs: measured.length };
  const checked = (await earlierDryRuns(db, base.id)).map(({ stepSeconds, rowsPerStep }) =>
    fromPace(stepSeconds / rowsPerStep, work, readsOf(base.parameters) * trainRows),
  );
  if (checked.length > 0) return { ...range(checked), basis: "checked", runs: checked.length };
  const rowsPerSecond = 134 * (2.4e6 / base.parameters) ** 0.75;
  const typical = (rows: number) => ({
    lowSeconds: Math.round(rows / rowsPerSecond / SPREAD + STARTS_SECONDS),
    highSeconds: Math.round((rows / rowsPerSecond) * 2 + 3 * STARTS_SECONDS),
  });
  return {
    ...typical(work + readsOf(base.parameters) * trainRows),
    // Asking the questions twice is within the room left for a slower machine.
    verdict: typical(work),
    basis: "typical",
    runs: 0,
  };
}

/** After its own dry run: the training by the steps just measured, the rest by earlier runs where there are some. */
export async function estimateAfterDryRun(
  db: DatabaseOrTransaction,
  baseId: string,
  config: LengthConfig,
  figures: Figures,
): Promise<TimeRange> {
  const { trainedRows, trainingSeconds, stepSeconds, rowsPerStep } = figures;
  const earlier = await earlierRuns(db, baseId);
  if (earlier.length > 0)
    return range(earlier.map((run) => spent(trainingSeconds, run, trainedRows / run.rows)));
  const work = trainingWork(trainedRows, lengthOf(config));
  const pace = stepSeconds / rowsPerStep;
  const reads = (figures.scoringReads ?? SCORING_READS) * trainedRows;
  return range([fromPace(pace, work, reads, trainingSeconds)]);
}

const readsOf = (parameters: number) => (parameters < LARGE_BASE ? SCORING_READS : 1);

type LengthConfig = Pick<TrainingConfig, "epochs" | "batch_size" | "learning_rates">;
const lengthOf = ({
  epochs,
  batch_size: batchSize,
  learning_rates: learningRates,
}: LengthConfig): Length => ({
  epochs,
  batchSize,
  learningRates,
});

/** Training, the reads of scoring at so many seconds a row, and about as much again for answering twice. */
function fromPace(
  secondsPerRow: number,
  work: number,
  reads: number,
  trainingSeconds = secondsPerRow * work,
): Spent {
  const verdictSeconds = trainingSeconds + secondsPerRow * reads + STARTS_SECONDS;
  return { verdictSeconds, wholeSeconds: verdictSeconds + secondsPerRow * reads };
}

/** A training of so many seconds, answering and scoring as in an earlier run of other size. */
function spent(
  trainingSeconds: number,
  earlier: { answering: number; scoring: number },
  scale: number,
): Spent {
  const verdictSeconds = trainingSeconds + earlier.answering * scale;
  return { verdictSeconds, wholeSeconds: verdictSeconds + earlier.scoring * scale };
}

function range(runs: Spent[]): TimeRange {
  const between = (all: number[]) => {
    const middle = [...all].sort((a, b) => a - b)[(all.length - 1) >> 1]!;
    const seconds = all.filter((each) => each <= middle * ODD_TIMES);
    return {
      lowSeconds: Math.round(Math.min(...seconds) / SPREAD),
      highSeconds: Math.round(Math.max(...seconds) * SPREAD),
    };
  };
  return {
    ...between(runs.map((run) => run.wholeSeconds)),
    verdict: between(runs.map((run) => run.verdictSeconds)),
  };
}

/** Runs finished here on a base, newest first (a sample's own was made elsewhere): rows of all their Datanets, seconds of each part. */
async function earlierRuns(db: DatabaseOrTransaction, baseId: string) {
  const found = await db
    .select({
      seconds: trainingRuns.stageSeconds,
      config: trainingRuns.config,
      dryRun: trainingRuns.dryRun,
      rows: sql<number>`(select coalesce(sum((${snapshots.split} ->> 'train')::int), 0)::int from ${trainingRunSnapshots}
        join ${snapshots} on ${snapshots.id} = ${trainingRunSnapshots.snapshotId}
        where ${trainingRunSnapshots.runId} = ${trainingRuns.id})`,
    })
    .from(trainingRuns)
    .innerJoin(datanets, eq(datanets.id, trainingRuns.datanetId))
    .where(
      and(
        or(eq(datanets.isSample, false), ne(datanets.ownerId, trainingRuns.builderId)),
        eq(trainingRuns.baseId, baseId),
        eq(trainingRuns.status, "succeeded"),
        eq(trainingRuns.kind, "training"),
      ),
    )
    .orderBy(desc(trainingRuns.finishedAt))
    .limit(RECENT);
  return found.flatMap(({ seconds, config, dryRun, rows: given }) => {
    const rows = dryRun?.figures?.trainedRows ?? given;
    if (rows === 0) return [];
    const { training = 0, baseline = 0, evaluating = 0, ability = 0, scoring = 0 } = seconds;
    const work = trainingWork(rows, lengthOf(config as TrainingConfig));
    return [{ rows, training, answering: baseline + evaluating, scoring: ability + scoring, work }];
  });
}

/** Steps measured by dry runs on a base, newest first, whatever became of their runs. */
async function earlierDryRuns(db: DatabaseOrTransaction, baseId: string): Promise<Figures[]> {
  const found = await db
    .select({ dryRun: trainingRuns.dryRun })
    .from(trainingRuns)
    .where(and(eq(trainingRuns.baseId, baseId), isNotNull(trainingRuns.dryRun)))
    .orderBy(desc(trainingRuns.createdAt))
    .limit(RECENT);
  return found.flatMap(({ dryRun }) => (dryRun?.figures ? [dryRun.figures] : []));
}
