import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { asc, desc, isNotNull, isNull, sql } from "drizzle-orm";
import type { Database } from "@/db/client";
import { auditLog } from "@/db/schema";

const LOCK = 0x6d66_0002;
const MOST_AT_ONCE = 500;

type Sealed = {
  actorId: string | null;
  action: string;
  subject: string;
  data: Record<string, unknown>;
  at: string;
  previousHash: string;
};

export const auditHash = (entry: Sealed): string =>
  createHash("sha256").update(canonicalize(entry)!).digest("hex");

/**
 * Puts what was committed since the last time at the end of the hash chain, in the order of `seq`; an action that began
 * before and committed later comes later. Gives how many entries were sealed; call it again while there are some.
 */
export function sealAudit(db: Database): Promise<number> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${LOCK})`);
    const waiting = await tx
      .select()
      .from(auditLog)
      .where(isNull(auditLog.place))
      .orderBy(asc(auditLog.seq))
      .limit(MOST_AT_ONCE);
    if (waiting.length === 0) return 0;
    const [last] = await tx
      .select({ place: auditLog.place, hash: auditLog.hash })
      .from(auditLog)
      .where(isNotNull(auditLog.place))
      .orderBy(desc(auditLog.place))
      .limit(1);
    let place = last?.place ?? 0;
    let previousHash = last?.hash ?? "";
    const links = waiting.map(({ seq, actorId, action, subject, data, createdAt }) => {
      const link = { seq, place: ++place, previousHash };
      previousHash = auditHash({
        actorId,
        action,
        subject,
        data,
        at: createdAt.toISOString(),
        previousHash,
      });
      return { ...link, hash: previousHash };
    });
    await tx.execute(sql`
      update ${auditLog} set place = link.place, previous_hash = link."previousHash", hash = link.hash
      from jsonb_to_recordset(${JSON.stringify(links)}::jsonb)
        as link(seq bigint, place bigint, "previousHash" text, hash text)
      where ${auditLog.seq} = link.seq`);
    return links.length;
  });
}
