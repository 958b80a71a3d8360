import { boolean, index, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { accounts } from "./account";
import { adapters } from "./adapter";
import { at, createdAt, id } from "./columns";
import { VOTES } from "./comparison.constants";

/** One question answered blind by an adapter and by its base alone, and one person's vote on it. */
export const comparisons = pgTable(
  "comparisons",
  {
    id: id(),
    adapterId: uuid("adapter_id")
      .notNull()
      .references(() => adapters.id),
    accountId: uuid("account_id")
      .notNull()
      .references(() => accounts.id),
    prompt: text("prompt").notNull(),
    /** Of the prompt without regard to case and spaces. */
    promptSha256: text("prompt_sha256").notNull(),
    /** Whether answer A is the adapter's; drawn once and told after the vote. */
    isTunedFirst: boolean("is_tuned_first").notNull(),
    /** Null until both were written to their end. */
    baseAnswer: text("base_answer"),
    tunedAnswer: text("tuned_answer"),
    vote: text("vote", { enum: VOTES }),
    votedAt: at("voted_at"),
    createdAt: createdAt(),
  },
  (t) => [
    // One vote of a person on a question.
    uniqueIndex("comparisons_once").on(t.adapterId, t.accountId, t.promptSha256),
    index("comparisons_adapter").on(t.adapterId, t.vote),
  ],
);
