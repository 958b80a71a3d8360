import { index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { at, createdAt, id } from "./columns";

export const accounts = pgTable("accounts", {
  id: id(),
  /** Lower-case 0x address; one address is one account. */
  address: text("address").notNull().unique(),
  name: text("name"),
  /** Accounts of one person share it; a person does not review what any of their accounts contributed. */
  personId: uuid("person_id").notNull().defaultRandom(),
  createdAt: createdAt(),
});

/** Only the SHA-256 of a session token is stored, so a leaked table opens nothing. */
export const sessions = pgTable(
  "sessions",
  {
    tokenHash: text("token_hash").primaryKey(),
    accountId: uuid("account_id")
      .notNull()
      .references(() => accounts.id),
    createdAt: createdAt(),
    lastSeenAt: at("last_seen_at").notNull().defaultNow(),
    expiresAt: at("expires_at").notNull(),
    revokedAt: at("revoked_at"),
    userAgent: text("user_agent"),
  },
  (t) => [index("sessions_account").on(t.accountId)],
);

/** A sign-in nonce belongs to one browser and is deleted on first use. */
export const authNonces = pgTable("auth_nonces", {
  nonce: text("nonce").primaryKey(),
  browserHash: text("browser_hash").notNull(),
  expiresAt: at("expires_at").notNull(),
});
