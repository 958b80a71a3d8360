import { and, eq, sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { contributions } from "@/db/schema";
import { tell, untell } from "@/server/notice/tell";
import { markTasksDone, markTasksOpen } from "@/server/task/mark-done";

/**
 * Everyone who moves rows of a contribution takes this lock first: the two who decide its last two rows then
 * see each other's decision, and no two transactions wait on each other's rows.
 */
export async function lockContribution(tx: Transaction, contributionId: string): Promise<void> {
  await tx.execute(sql`select 1 from contributions where id = ${contributionId} for no key update`);
}

/** submitted -> reviewed when no row waits any more. Returns whether it is reviewed now. */
export async function closeContribution(tx: Transaction, contributionId: string): Promise<boolean> {
  const closed = await tx
    .update(contributions)
    .set({ status: "reviewed" })
    .where(
      and(
        eq(contributions.id, contributionId),
        eq(contributions.status, "submitted"),
        sql`not exists (select 1 from records r where r.contribution_id = ${contributionId} and r.status = 'pending')`,
      ),
    )
    .returning({ contributorId: contributions.contributorId, fileName: contributions.fileName });
  if (!closed[0]) return false;
  await tellReviewed(tx, contributionId, closed[0]);
  await markTasksDone(tx, contributionId);
  return true;
}

async function tellReviewed(
  tx: Transaction,
  contributionId: string,
  { contributorId, fileName }: { contributorId: string; fileName: string },
): Promise<void> {
  const { rows } = await tx.execute<{ accepted: number; rejected: number; sentBack: number }>(sql`
    select count(*) filter (where status = 'accepted')::int as accepted,
      count(*) filter (where status = 'rejected')::int as rejected,
      count(*) filter (where status = 'sent_back')::int as "sentBack"
    from records where contribution_id = ${contributionId}`);
  const { sentBack, ...settled } = rows[0]!;
  await tell(tx, {
    accountId: contributorId,
    kind: "contribution.reviewed",
    subjectId: contributionId,
    facts: { file: fileName, ...settled, ...(sentBack > 0 && { sentBack }) },
  });
}

/** reviewed -> submitted: the last decision on it was taken back, and so is its notice. */
export async function reopenContribution(tx: Transaction, contributionId: string): Promise<void> {
  await tx
    .update(contributions)
    .set({ status: "submitted" })
    .where(and(eq(contributions.id, contributionId), eq(contributions.status, "reviewed")));
  await untell(tx, { kind: "contribution.reviewed", subjectId: contributionId });
  await markTasksOpen(tx, contributionId);
}
