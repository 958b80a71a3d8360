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

/** Writes inside the caller's transaction, so an action and its trace commit together; `sealAudit` chains it then. */
export async function appendAudit(tx: Transaction, entry: AuditEntry): Promise<void> {
  // Milliseconds, as the hash says the time: the database's own clock counts in microseconds.
  await tx.insert(auditLog).values({ ...entry, createdAt: new Date() });
}
