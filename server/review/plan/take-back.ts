import { eq, sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { contributions } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { untell } from "@/server/notice/tell";

/**
 * Undoes what the plan did to the rows nobody read, once the decision that ended the test was taken back. Where one
 * of them is in a version already, or its contributor has mended one, all stays as it is.
 */
export async function takeBackVerdict(
  tx: Transaction,
  contributionId: string,
  verdict: "accepted" | "rejected",
): Promise<void> {
  if (await isBuiltUpon(tx, contributionId)) return;
  const reopened = await (verdict === "accepted" ? forgetSampled : forgetSentBack)(tx, contributionId);
  await tx.update(contributions).set({ planVerdict: "looking" }).where(eq(contributions.id, contributionId));
  await untell(tx, { kind: "contribution.refused", subjectId: contributionId });
  await appendAudit(tx, {
    actorId: null,
    action: "plan.takeBack",
    subject: `contribution:${contributionId}`,
    data: { verdict, reopened },
  });
}

async function isBuiltUpon(tx: Transaction, contributionId: string): Promise<boolean> {
  // Locked before the versions are looked up, so a freeze under way is waited for.
  await tx.execute(sql`
    select 1 from records where contribution_id = ${contributionId} for no key update`);
  const { rows } = await tx.execute<{ yes: boolean }>(sql`
    select exists (
      select 1 from records r where r.contribution_id = ${contributionId}
        and ((r.revision > 1 and r.status <> 'known' and r.fixed_by_id is null) or exists (select 1 from snapshot_records s where s.record_id = r.id))
    ) as yes`);
  return rows[0]!.yes;
}

async function forgetSampled(tx: Transaction, contributionId: string): Promise<number> {
  const { rowCount } = await tx.execute(sql`
    with gone as (
      delete from reviews v using records r
      where r.id = v.record_id and r.contribution_id = ${contributionId} and v.basis = 'sampled'
      returning r.id
    )
    update records set status = 'pending' where id in (select id from gone)`);
  await tx.execute(sql`
    update records set is_audit = false where contribution_id = ${contributionId} and is_audit`);
  return rowCount ?? 0;
}

async function forgetSentBack(tx: Transaction, contributionId: string): Promise<number> {
  const { rowCount } = await tx.execute(sql`
    update records r set status = 'pending'
    where r.contribution_id = ${contributionId} and r.status = 'sent_back'
      and not exists (select 1 from reviews v where v.record_id = r.id)`);
  return rowCount ?? 0;
}
