import { index, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { accounts } from "./account";
import { createdAt } from "./columns";

/** Answers of changes that were sent with a key: written in the change's own transaction, so it is made once. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    accountId: uuid("account_id")
      .notNull()
      .references(() => accounts.id),
    key: text("key").notNull(),
    path: text("path").notNull(),
    /** SHA-256 of the input: the same key with another input is a mistake of the caller. */
    inputSha256: text("input_sha256").notNull(),
    result: jsonb("result"),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.key] }),
    index("idempotency_keys_created").on(t.accountId, t.createdAt),
  ],
);
