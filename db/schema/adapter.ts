import { jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { accounts } from "./account";
import { createdAt, id } from "./columns";
import { datanets } from "./datanet";
import { trainingRuns } from "./training-run";

export const adapters = pgTable("adapters", {
  id: id(),
  runId: uuid("run_id")
    .notNull()
    .unique()
    .references(() => trainingRuns.id),
  datanetId: uuid("datanet_id")
    .notNull()
    .references(() => datanets.id),
  builderId: uuid("builder_id")
    .notNull()
    .references(() => accounts.id),
  name: text("name").notNull(),
  baseId: text("base_id").notNull(),
  /** SHA-256 of adapter_model.safetensors. */
  sha256: text("sha256").notNull().unique(),
  configSha256: text("config_sha256").notNull(),
  createdAt: createdAt(),
});

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
