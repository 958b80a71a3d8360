import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { desc, sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { auditLog } from "@/db/schema";

export type AuditEntry = {
  actorId: string | null;
  /** `<noun>.<verb>` */
  action: string;
  /** `<noun>:<id>` */
  subject: string;
  data?: Record<string, unknown>;
};

const LOCK = 0x6d66_0002;

export function auditHash(entry: AuditEntry & { at: string; previousHash: string }): string {
  return createHash("sha256").update(canonicalize(entry)!).digest("hex");
}

/** Appends to the hash chain inside the caller's transaction, so an action and its trace commit together. */
export async function appendAudit(tx: Transaction, entry: AuditEntry): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${LOCK})`);
  const [last] = await tx.select({ hash: auditLog.hash }).from(auditLog).orderBy(desc(auditLog.seq)).limit(1);
  const previousHash = last?.hash ?? "";
  const createdAt = new Date();
  const { actorId, action, subject, data = {} } = entry;
  const hash = auditHash({ actorId, action, subject, data, at: createdAt.toISOString(), previousHash });
  await tx.insert(auditLog).values({ actorId, action, subject, data, previousHash, hash, createdAt });
}
