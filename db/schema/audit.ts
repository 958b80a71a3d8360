import { sql } from "drizzle-orm";
import { bigint, bigserial, index, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { createdAt } from "./columns";

/**
 * What was done, by whom, to what. An entry commits with its action and gets its place in the hash chain within a second
 * (`server/audit/seal.ts`), so that no action waits for another's: `place`, `previousHash` and `hash` are null until then.
 * hash = sha256(canonical({previousHash, at, actorId, action, subject, data})).
 */
export const auditLog = pgTable(
  "audit_log",
  {
    seq: bigserial("seq", { mode: "number" }).primaryKey(),
    actorId: uuid("actor_id"),
    action: text("action").notNull(),
    subject: text("subject").notNull(),
    data: jsonb("data").$type<Record<string, unknown>>().notNull().default({}),
    place: bigint("place", { mode: "number" }).unique(),
    previousHash: text("previous_hash"),
    hash: text("hash").unique(),
    createdAt: createdAt(),
  },
  (t) => [
    index("audit_log_subject").on(t.subject),
    index("audit_log_unsealed").on(t.seq).where(sql`${t.place} is null`),
  ],
);
