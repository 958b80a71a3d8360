import { boolean, index, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { accounts } from "./account";
import { at, createdAt, id } from "./columns";
import { datanets } from "./datanet";
import { snapshots } from "./snapshot";
import { PRESETS, RUN_STAGES, TRAINING_RUN_STATUSES } from "./training-run.constants";

/** `note` says in words what the run waits for, when it does. */
export type RunProgress = {
  done: number;
  total: number;
  unit: string;
  etaSeconds: number | null;
  note?: string;
};
export type RunProblem = { code: string; message: string; fix: string };

export const trainingRuns = pgTable(
  "training_runs",
  {
    id: id(),
    datanetId: uuid("datanet_id")
      .notNull()
      .references(() => datanets.id),
    snapshotId: uuid("snapshot_id")
      .notNull()
      .references(() => snapshots.id),
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
    status: text("status", { enum: TRAINING_RUN_STATUSES }).notNull().default("commit"),
    isCancelRequested: boolean("is_cancel_requested").notNull().default(false),
    fence: integer("fence").notNull().default(0),
    progress: jsonb("progress").$type<RunProgress | null>(),
    problem: jsonb("problem").$type<RunProblem | null>(),
    /** Blob hashes of what each stage made, by artifact name. */
    inputs: jsonb("inputs").$type<Record<string, string>>().notNull().default({}),
    artifacts: jsonb("artifacts").$type<Record<string, string>>().notNull().default({}),
    stageSeconds: jsonb("stage_seconds").$type<Record<string, number>>().notNull().default({}),
    startedAt: at("started_at"),
    finishedAt: at("finished_at"),
    createdAt: createdAt(),
  },
  (t) => [index("training_runs_datanet").on(t.datanetId), index("training_runs_status").on(t.status)],
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
