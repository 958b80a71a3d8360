import { index, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { accounts } from "./account";
import { at, createdAt, id } from "./columns";
import { NOTICE_KINDS } from "./notice.constants";

/** The facts a notice's sentence is made of, as they were when it was written. */
export type NoticeFacts = Record<string, string | number>;

export const notices = pgTable(
  "notices",
  {
    id: id(),
    accountId: uuid("account_id")
      .notNull()
      .references(() => accounts.id),
    kind: text("kind", { enum: NOTICE_KINDS }).notNull(),
    /** The contribution, run, adapter or task that it leads to. */
    subjectId: uuid("subject_id").notNull(),
    facts: jsonb("facts").$type<NoticeFacts>().notNull().default({}),
    readAt: at("read_at"),
    createdAt: createdAt(),
  },
  (t) => [
    // A reconciler that runs twice tells once.
    uniqueIndex("notices_once").on(t.accountId, t.kind, t.subjectId),
    index("notices_account").on(t.accountId, t.createdAt),
  ],
);
