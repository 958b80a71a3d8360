import { doublePrecision, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { trainingRuns } from "./training-run";

export const INFLUENCE_SCOPES = ["datanet", "contributor", "contribution", "record"] as const;

/** Nats per answer token of sealed test loss, positive helped. Records carry a value only. */
export const influenceScores = pgTable(
  "influence_scores",
  {
    runId: uuid("run_id")
      .notNull()
      .references(() => trainingRuns.id),
    scope: text("scope", { enum: INFLUENCE_SCOPES }).notNull(),
    subjectId: uuid("subject_id").notNull(),
    rows: integer("rows").notNull().default(1),
    value: doublePrecision("value").notNull(),
    low: doublePrecision("low"),
    high: doublePrecision("high"),
  },
  (t) => [
    primaryKey({ columns: [t.runId, t.scope, t.subjectId] }),
    index("influence_scores_subject").on(t.subjectId),
  ],
);
