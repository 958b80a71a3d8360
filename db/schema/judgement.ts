import { boolean, index, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { accounts } from "./account";
import { at, createdAt, id } from "./columns";
import { PREFERENCES } from "./judgement.constants";
import { trainingRuns } from "./training-run";

/** One person's blind preference between the two answers of a run to one test question. */
export const judgements = pgTable(
  "judgements",
  {
    id: id(),
    runId: uuid("run_id")
      .notNull()
      .references(() => trainingRuns.id),
    accountId: uuid("account_id")
      .notNull()
      .references(() => accounts.id),
    /** The question's id in evaluation.json. */
    itemId: text("item_id").notNull(),
    /** Whether answer A is the adapter's; drawn once, never told. */
    isTunedFirst: boolean("is_tuned_first").notNull(),
    /** Null while it is looked at. */
    preference: text("preference", { enum: PREFERENCES }),
    decidedAt: at("decided_at"),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex("judgements_once").on(t.runId, t.accountId, t.itemId),
    index("judgements_item").on(t.runId, t.itemId),
  ],
);

/** What a judge model preferred, asked with either answer first. It never decides; it is measured against the people. */
export const modelJudgements = pgTable(
  "model_judgements",
  {
    runId: uuid("run_id")
      .notNull()
      .references(() => trainingRuns.id),
    itemId: text("item_id").notNull(),
    model: text("model").notNull(),
    tunedFirst: text("tuned_first", { enum: PREFERENCES }).notNull(),
    baseFirst: text("base_first", { enum: PREFERENCES }).notNull(),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.runId, t.itemId, t.model] })],
);
