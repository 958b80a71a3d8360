import { integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { createdAt, id } from "./columns";
import { snapshots } from "./snapshot";
import { trainingRuns } from "./training-run";

/** The locked test of one version: definition of what is measured, and how often it has been opened. */
export const benchmarks = pgTable("benchmarks", {
  id: id(),
  snapshotId: uuid("snapshot_id")
    .notNull()
    .unique()
    .references(() => snapshots.id),
  metric: text("metric").notNull(),
  items: integer("items").notNull(),
  testSha256: text("test_sha256").notNull(),
  openings: integer("openings").notNull().default(0),
  createdAt: createdAt(),
});

/** Headline of one scored run; the whole result is the blob `sha256` (evaluation.json). */
export const evaluations = pgTable("evaluations", {
  runId: uuid("run_id")
    .primaryKey()
    .references(() => trainingRuns.id),
  benchmarkId: uuid("benchmark_id")
    .notNull()
    .references(() => benchmarks.id),
  sha256: text("sha256").notNull(),
  verdict: text("verdict").notNull(),
  summary: jsonb("summary").$type<Record<string, unknown>>().notNull(),
  opening: integer("opening").notNull(),
  createdAt: createdAt(),
});
