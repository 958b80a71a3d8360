import {
  type AnyPgColumn,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { accounts } from "./account";
import { at, createdAt, id } from "./columns";
import { datanets } from "./datanet";
import { snapshots } from "./snapshot";
import {
  type CheckVerdict,
  PRESETS,
  RUN_KINDS,
  RUN_STAGES,
  type TimeRange,
  TRAINING_RUN_STATUSES,
} from "./training-run.constants";

/** `note` says in words what the run waits for, when it does. */
export type RunProgress = {
  /** 1 for the next in line on the training machine; absent while it works. */
  position?: number;
  done: number;
  total: number;
  unit: string;
  etaSeconds: number | null;
  note?: string;
};
/** Rows of one Datanet that would have met the test of another: they stay out of training, and are counted. */
export type CrossDropped = { nearDuplicates: number; sharedRuns: number; testRepeats: number };
/** What the dry run found: its checks in words, and the time the whole run takes by the pace just measured. */
export type DryRunReport = {
  isPassed: boolean;
  checks: {
    check: string;
    verdict: CheckVerdict;
    message: string;
    fix: string;
    rows: { id: string; tokens: number; becomes: string }[];
  }[];
  figures: {
    trainedRows: number;
    steps: number;
    stepSeconds: number;
    rowsPerStep: number;
    trainingSeconds: number;
    /** How often scoring reads each row; absent in older ones. */
    scoringReads?: number;
    peakBytes: number;
  } | null;
  estimate: TimeRange | null;
};
export type RunProblem = { code: string; message: string; fix: string };

export const trainingRuns = pgTable(
  "training_runs",
  {
    id: id(),
    kind: text("kind", { enum: RUN_KINDS }).notNull().default("training"),
    /** The run that a removal check belongs to, or whose settings a run took over. */
    parentRunId: uuid("parent_run_id").references((): AnyPgColumn => trainingRuns.id),
    /** Of several Datanets the first; all of them are in training_run_snapshots. */
    datanetId: uuid("datanet_id")
      .notNull()
      .references(() => datanets.id),
    snapshotId: uuid("snapshot_id")
      .notNull()
      .references(() => snapshots.id),
    /** Contributors whose rows are not trained on; their test questions stay, so that runs can be compared. */
    excludedContributorIds: jsonb("excluded_contributor_ids").$type<string[]>().notNull().default([]),
    dropped: jsonb("dropped").$type<CrossDropped | null>(),
    builderId: uuid("builder_id")
      .notNull()
      .references(() => accounts.id),
    baseId: text("base_id").notNull(),
    baseHash: text("base_hash").notNull(),
    preset: text("preset", { enum: PRESETS }).notNull(),
    seed: integer("seed").notNull(),
    metric: text("metric").notNull(),
    hypothesis: text("hypothesis").notNull(),
    config: jsonb("config").$type<Record<string, unknown>>().notNull(),
    configHash: text("config_hash").notNull(),
    /** Secret until the result: reveals split, metric and hypothesis behind runCommit. */
    commitSalt: text("commit_salt").notNull(),
    runCommit: text("run_commit").notNull().unique(),
    status: text("status", { enum: TRAINING_RUN_STATUSES }).notNull().default("checking"),
    isCancelRequested: boolean("is_cancel_requested").notNull().default(false),
    fence: integer("fence").notNull().default(0),
    progress: jsonb("progress").$type<RunProgress | null>(),
    /** Null until the dry run has ended, and for runs that had none. */
    dryRun: jsonb("dry_run").$type<DryRunReport | null>(),
    problem: jsonb("problem").$type<RunProblem | null>(),
    /** Blob hashes of what each stage made, by artifact name. */
    inputs: jsonb("inputs").$type<Record<string, string>>().notNull().default({}),
    artifacts: jsonb("artifacts").$type<Record<string, string>>().notNull().default({}),
    stageSeconds: jsonb("stage_seconds").$type<Record<string, number>>().notNull().default({}),
    startedAt: at("started_at"),
    finishedAt: at("finished_at"),
    createdAt: createdAt(),
  },
  (t) => [
    index("training_runs_datanet").on(t.datanetId),
    index("training_runs_status").on(t.status),
    index("training_runs_parent").on(t.parentRunId),
  ],
);

/** The versions a run trains on, in the order they are committed to; position 0 is the run's own snapshot_id. */
export const trainingRunSnapshots = pgTable(
  "training_run_snapshots",
  {
    runId: uuid("run_id")
      .notNull()
      .references(() => trainingRuns.id),
    snapshotId: uuid("snapshot_id")
      .notNull()
      .references(() => snapshots.id),
    datanetId: uuid("datanet_id")
      .notNull()
      .references(() => datanets.id),
    position: integer("position").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.runId, t.position] }),
    uniqueIndex("training_run_snapshots_datanet").on(t.runId, t.datanetId),
    index("training_run_snapshots_snapshot").on(t.snapshotId),
  ],
);

/** The runner's events by stage and sequence: inserting one twice does nothing. */
export const runEvents = pgTable(
  "run_events",
  {
    runId: uuid("run_id")
      .notNull()
      .references(() => trainingRuns.id),
    stage: text("stage", { enum: RUN_STAGES }).notNull(),
    seq: integer("seq").notNull(),
    attempt: integer("attempt").notNull(),
    type: text("type").notNull(),
    level: text("level").notNull(),
    message: text("message").notNull(),
    data: jsonb("data").$type<Record<string, unknown>>().notNull().default({}),
    at: at("at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.runId, t.stage, t.seq] })],
);
