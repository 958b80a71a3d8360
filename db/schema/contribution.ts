import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { accounts } from "./account";
import { at, createdAt, id } from "./columns";
import {
  CONTRIBUTION_STATUSES,
  PLAN_VERDICTS,
  RECORD_STATUSES,
  type RepairAction,
  SEVERITIES,
  UPLOAD_STATUSES,
} from "./contribution.constants";
import { datanets } from "./datanet";

export type ColumnMapping = Partial<Record<"prompt" | "answer" | "system" | "category" | "source", string>>;
export type FileProblem = { code: string; message: string; fix: string };
/** A repair that the contributor pressed: for these rows of the file, or for every row with this finding. */
export type Repair = { code: string; action: RepairAction; rows: number[] | null };
/** Wald's sequential test with its limits, fixed when the contribution is submitted. Rates and risks are shares. */
export type SamplingPlan = {
  scrutiny: "new" | "usual" | "proven";
  acceptableRate: number;
  rejectableRate: number;
  /** Risk of refusing a contribution at the acceptable rate, and of accepting one at the rejectable rate. */
  producerRisk: number;
  consumerRisk: number;
  /** Share of the rows accepted unread that is read all the same; 1 where the contribution is read whole. */
  auditShare: number;
};

export const contributions = pgTable(
  "contributions",
  {
    id: id(),
    datanetId: uuid("datanet_id")
      .notNull()
      .references(() => datanets.id),
    contributorId: uuid("contributor_id")
      .notNull()
      .references(() => accounts.id),
    fileName: text("file_name").notNull(),
    fileSha256: text("file_sha256").notNull(),
    fileBytes: bigint("file_bytes", { mode: "number" }).notNull(),
    /** Licence the contributor declares; the Datanet's unless stated. */
    licence: text("licence").notNull(),
    status: text("status", { enum: CONTRIBUTION_STATUSES }).notNull().default("uploaded"),
    /** Raised on every (re)parse; a worker with an older fence writes nothing. */
    fence: integer("fence").notNull().default(0),
    mapping: jsonb("mapping").$type<ColumnMapping | null>(),
    /** What inspectFile saw: format, delimiter, columns, confidence. */
    inspection: jsonb("inspection").$type<Record<string, unknown> | null>(),
    uploadedRows: integer("uploaded_rows").notNull().default(0),
    keptRows: integer("kept_rows").notNull().default(0),
    /** Kept after a repair; kept + repaired + set aside = uploaded. */
    repairedRows: integer("repaired_rows").notNull().default(0),
    setAsideRows: integer("set_aside_rows").notNull().default(0),
    parsedRows: integer("parsed_rows").notNull().default(0),
    problem: jsonb("problem").$type<FileProblem | null>(),
    repairs: jsonb("repairs").$type<Repair[]>().notNull().default([]),
    /** What the report draws: counts by code, lengths, categories, share of new information. */
    health: jsonb("health").$type<Record<string, unknown> | null>(),
    plan: jsonb("plan").$type<SamplingPlan | null>(),
    planVerdict: text("plan_verdict", { enum: PLAN_VERDICTS }).notNull().default("looking"),
    submittedAt: at("submitted_at"),
    createdAt: createdAt(),
  },
  (t) => [
    index("contributions_datanet").on(t.datanetId, t.status),
    index("contributions_contributor").on(t.contributorId),
  ],
);

export const records = pgTable(
  "records",
  {
    id: id(),
    contributionId: uuid("contribution_id")
      .notNull()
      .references(() => contributions.id),
    datanetId: uuid("datanet_id")
      .notNull()
      .references(() => datanets.id),
    contributorId: uuid("contributor_id")
      .notNull()
      .references(() => accounts.id),
    /** 1-based data row in the uploaded file. */
    rowNumber: integer("row_number").notNull(),
    prompt: text("prompt").notNull(),
    answer: text("answer").notNull(),
    system: text("system").notNull().default(""),
    category: text("category").notNull().default(""),
    source: text("source").notNull().default(""),
    rowHash: text("row_hash").notNull(),
    /** 32 random bytes, hex; deleting it is the erasure of the leaf's meaning. */
    salt: text("salt").notNull(),
    status: text("status", { enum: RECORD_STATUSES }).notNull().default("draft"),
    /** A mended row is a new record of the same row number; the one before becomes `replaced`. */
    revision: smallint("revision").notNull().default(1),
    /** The validator who mended it, null where its contributor did or nobody had to. */
    fixedById: uuid("fixed_by_id").references(() => accounts.id),
    /** How many independent decisions it needs; a disagreement raises it by one. */
    reviewsWanted: smallint("reviews_wanted").notNull().default(1),
    /** Of the random slice that is read although the plan accepted the rest. */
    isAudit: boolean("is_audit").notNull().default(false),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex("records_contribution_row").on(t.contributionId, t.rowNumber, t.revision),
    index("records_datanet_status").on(t.datanetId, t.status),
    index("records_row_hash").on(t.datanetId, t.rowHash),
    // The queue: the next free row after a random id, and its counts without a look at the rows themselves.
    index("records_waiting")
      .on(t.datanetId, t.id, t.contributorId, t.reviewsWanted)
      .where(sql`status = 'pending'`),
    // Asked at every decision: whether a contribution has a row that waits, and how its settled ones went.
    index("records_contribution_waiting")
      .on(t.contributionId, t.reviewsWanted)
      .where(sql`status = 'pending'`),
    index("records_contribution_settled")
      .on(t.contributionId, t.isAudit, t.status)
      .where(sql`status in ('accepted', 'rejected', 'sent_back', 'replaced')`),
    // Prompts are too long for an index: by their hash, the other answers to one are found.
    index("records_accepted_prompt").on(t.datanetId, sql`md5(prompt)`).where(sql`status = 'accepted'`),
  ],
);

/** A set-aside row (scope row) or a note on the file; kept so that bad rows can be downloaded again. */
export const rowProblems = pgTable(
  "row_problems",
  {
    id: id(),
    contributionId: uuid("contribution_id")
      .notNull()
      .references(() => contributions.id),
    row: integer("row"),
    column: text("column"),
    code: text("code").notNull(),
    message: text("message").notNull(),
    fix: text("fix").notNull(),
    raw: text("raw"),
  },
  (t) => [index("row_problems_contribution").on(t.contributionId, t.row)],
);

/** What the health report says of a kept row; a match itself (a key, a name) is never stored, only where it is. */
export const findings = pgTable(
  "findings",
  {
    id: id(),
    contributionId: uuid("contribution_id")
      .notNull()
      .references(() => contributions.id),
    row: integer("row"),
    column: text("column"),
    code: text("code").notNull(),
    severity: text("severity", { enum: SEVERITIES }).notNull(),
    message: text("message").notNull(),
    fix: text("fix").notNull(),
    /** Spans, kinds, the other row and its likeness; no text of the row. */
    detail: jsonb("detail").$type<Record<string, unknown>>().notNull().default({}),
  },
  (t) => [index("findings_contribution").on(t.contributionId, t.row)],
);

/** A resumable upload (tus 1.0) under way; its bytes lie in the data folder until they are all there. */
export const uploads = pgTable(
  "uploads",
  {
    id: text("id").primaryKey(),
    accountId: uuid("account_id")
      .notNull()
      .references(() => accounts.id),
    datanetId: uuid("datanet_id")
      .notNull()
      .references(() => datanets.id),
    taskId: uuid("task_id"),
    fileName: text("file_name").notNull(),
    totalBytes: bigint("total_bytes", { mode: "number" }).notNull(),
    offsetBytes: bigint("offset_bytes", { mode: "number" }).notNull().default(0),
    sha256: text("sha256"),
    status: text("status", { enum: UPLOAD_STATUSES }).notNull().default("sending"),
    contributionId: uuid("contribution_id").references(() => contributions.id),
    problem: jsonb("problem").$type<FileProblem | null>(),
    expiresAt: at("expires_at").notNull(),
    createdAt: createdAt(),
  },
  (t) => [index("uploads_account").on(t.accountId, t.status)],
);
