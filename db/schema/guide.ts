import { boolean, pgTable, uuid } from "drizzle-orm/pg-core";
import { accounts } from "./account";
import { at } from "./columns";

/** How far a person is in the guide, as far as nothing else tells: what was looked at, and whether they closed it. */
export const guides = pgTable("guides", {
  accountId: uuid("account_id")
    .primaryKey()
    .references(() => accounts.id),
  isClosed: boolean("is_closed").notNull().default(false),
  /** Opened the result of a sample. */
  lookedAt: at("looked_at"),
  /** Opened the result of an own run. */
  readAt: at("read_at"),
  /** Re-checked or tried an own adapter. */
  checkedAt: at("checked_at"),
});
