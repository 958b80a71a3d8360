import { type SQL, sql } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import type { Reads } from "./sprt";

/**
 * A row as it was submitted (revision 1) that somebody read and whose decision is settled; what became of a mended
 * one says nothing about the file. Rows decided as part of a selection do not count: whoever selects draws no sample. The alias of `records` is `r`.
 */
export const isSettledRead = sql`(
  r.revision = 1 and r.status in ('accepted', 'rejected', 'sent_back', 'replaced')
  and exists (select 1 from reviews v
    where v.record_id = r.id and v.basis = 'read' and v.took_ms is not null
      and v.part in ('decision', 'adjudication')))`;

/** Settled as anything but plain acceptance: rejected, sent back, or accepted only as a validator mended it. */
export const isDefect = sql`(r.status <> 'accepted' or r.fixed_by_id is not null)`;

/** The reads that the plan's verdict is made from, or those of the audit slice that checks on it: never both. */
export async function settledReads(
  db: DatabaseOrTransaction,
  contributionId: string,
  isAudit = false,
): Promise<Reads> {
  const { rows } = await db.execute<Reads>(selectReads(contributionId, sql`${isAudit}`));
  return rows[0]!;
}

/** The same as a query. */
export const selectReads = (contributionId: string, isAudit: SQL) => sql`
  select count(*)::int as read, count(*) filter (where ${isDefect})::int as defects
  from records r
  where r.contribution_id = ${contributionId} and r.is_audit = ${isAudit} and ${isSettledRead}`;
