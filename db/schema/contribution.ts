import { bigint, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { accounts } from "./account";
import { at, createdAt, id } from "./columns";
import { CONTRIBUTION_STATUSES, RECORD_STATUSES } from "./contribution.constants";
import { datanets } from "./datanet";

export type ColumnMapping = Partial<Record<"prompt" | "answer" | "system" | "category" | "source", string>>;
export type FileProblem = { code: string; message: string; fix: string };

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
    setAsideRows: integer("set_aside_rows").notNull().default(0),
    parsedRows: integer("parsed_rows").notNull().default(0),
    problem: jsonb("problem").$type<FileProblem | null>(),
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
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex("records_contribution_row").on(t.contributionId, t.rowNumber),
    index("records_datanet_status").on(t.datanetId, t.status),
    index("records_row_hash").on(t.datanetId, t.rowHash),
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
