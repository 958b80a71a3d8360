import { index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { accounts } from "./account";
import { ADAPTER_ORIGINS, EXPORT_FORMATS, EXPORT_STATUSES } from "./adapter.constants";
import { at, createdAt, id } from "./columns";
import { datanets } from "./datanet";
import { trainingRuns } from "./training-run";

/** What an adapter made elsewhere says of itself, as our own header check read it. Sizes in bytes. */
export type ImportedFacts = {
  baseHash: string;
  licence: string;
  /** Where it comes from, in the importer's words. */
  source: string;
  /** base_model_name_or_path of its adapter_config.json. */
  statedBase: string;
  rank: number;
  alpha: number;
  modules: string[];
  dtype: string;
  tensors: number;
  parameters: number;
  bytes: number;
};

export const adapters = pgTable(
  "adapters",
  {
    id: id(),
    origin: text("origin", { enum: ADAPTER_ORIGINS }).notNull().default("trained"),
    /** The run that made it; of an imported one the run that measured it, null until there is one. */
    runId: uuid("run_id")
      .unique()
      .references(() => trainingRuns.id),
    /** Of an imported one the Datanet it was measured on, null until then. */
    datanetId: uuid("datanet_id").references(() => datanets.id),
    builderId: uuid("builder_id")
      .notNull()
      .references(() => accounts.id),
    name: text("name").notNull(),
    baseId: text("base_id").notNull(),
    /** SHA-256 of adapter_model.safetensors. Two builders may have made the same file; the chain records it once. */
    sha256: text("sha256").notNull(),
    configSha256: text("config_sha256").notNull(),
    imported: jsonb("imported").$type<ImportedFacts | null>(),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex("adapters_builder_sha256").on(t.builderId, t.sha256),
    index("adapters_sha256").on(t.sha256),
  ],
);

export type AdapterCard = Record<string, unknown>;

/** Filled from measured facts only; its canonical JSON is what cardHash on the chain commits to. */
export const adapterCards = pgTable("adapter_cards", {
  adapterId: uuid("adapter_id")
    .primaryKey()
    .references(() => adapters.id),
  sha256: text("sha256").notNull(),
  card: jsonb("card").$type<AdapterCard>().notNull(),
  createdAt: createdAt(),
});

export type ExportFile = { name: string; sha256: string; bytes: number };
export type ExportProgress = { done: number; total: number; unit: string; etaSeconds: number | null };
export type ExportProblem = { code: string; message: string };
/** What the re-test of a finished export found: answers compared to the letter, and how far the logits moved. */
export type ExportReport = {
  dtype: string;
  answers: number;
  equal: number;
  /** Of the recorded answers, those that base and adapter gave again before the export; absent in older reports. */
  recorded?: number;
  maxLogitDifference: number;
  tolerance: number;
  tokenizer: string;
};

/** One adapter in one format for other tools. It is offered only as `ready`: re-tested on its golden answers. */
export const adapterExports = pgTable(
  "adapter_exports",
  {
    id: id(),
    adapterId: uuid("adapter_id")
      .notNull()
      .references(() => adapters.id),
    format: text("format", { enum: EXPORT_FORMATS }).notNull(),
    status: text("status", { enum: EXPORT_STATUSES }).notNull().default("working"),
    requestedById: uuid("requested_by_id")
      .notNull()
      .references(() => accounts.id),
    /** Raised when a failed export is asked for again: a worker with an older one finds no row. */
    fence: integer("fence").notNull().default(1),
    progress: jsonb("progress").$type<ExportProgress | null>(),
    problem: jsonb("problem").$type<ExportProblem | null>(),
    files: jsonb("files").$type<ExportFile[]>().notNull().default([]),
    report: jsonb("report").$type<ExportReport | null>(),
    createdAt: createdAt(),
    finishedAt: at("finished_at"),
  },
  (t) => [
    uniqueIndex("adapter_exports_adapter_format").on(t.adapterId, t.format),
    index("adapter_exports_status").on(t.status),
  ],
);
