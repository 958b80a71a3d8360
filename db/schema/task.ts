import { sql } from "drizzle-orm";
import { index, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { accounts } from "./account";
import { adapters } from "./adapter";
import { at, createdAt, id } from "./columns";
import { contributions } from "./contribution";
import { datanets } from "./datanet";
import { TASK_STATUSES } from "./task.constants";

/** A wrong answer that somebody met, as work for a Datanet: examples are wanted that teach the right one. */
export const tasks = pgTable(
  "tasks",
  {
    id: id(),
    datanetId: uuid("datanet_id")
      .notNull()
      .references(() => datanets.id),
    adapterId: uuid("adapter_id")
      .notNull()
      .references(() => adapters.id),
    openedById: uuid("opened_by_id")
      .notNull()
      .references(() => accounts.id),
    prompt: text("prompt").notNull(),
    /** Of the prompt without regard to case and spaces. */
    promptSha256: text("prompt_sha256").notNull(),
    wrongAnswer: text("wrong_answer").notNull(),
    expected: text("expected").notNull(),
    status: text("status", { enum: TASK_STATUSES }).notNull().default("open"),
    doneById: uuid("done_by_id").references(() => contributions.id),
    doneAt: at("done_at"),
    createdAt: createdAt(),
  },
  (t) => [
    index("tasks_datanet").on(t.datanetId, t.status),
    uniqueIndex("tasks_open_once").on(t.datanetId, t.promptSha256).where(sql`${t.status} = 'open'`),
  ],
);

/** Which contributions were written for which task. */
export const taskContributions = pgTable(
  "task_contributions",
  {
    taskId: uuid("task_id")
      .notNull()
      .references(() => tasks.id),
    /** A file that is discarded before it was submitted takes its line with it. */
    contributionId: uuid("contribution_id")
      .notNull()
      .references(() => contributions.id, { onDelete: "cascade" }),
  },
  (t) => [
    primaryKey({ columns: [t.taskId, t.contributionId] }),
    index("task_contributions_contribution").on(t.contributionId),
  ],
);
