import { and, eq, sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { contributions } from "@/db/schema";

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
    .returning({ id: contributions.id });
  return closed.length === 1;
}

/** reviewed -> submitted: the last decision on it was taken back. */
export async function reopenContribution(tx: Transaction, contributionId: string): Promise<void> {
  await tx
    .update(contributions)
    .set({ status: "submitted" })
    .where(and(eq(contributions.id, contributionId), eq(contributions.status, "reviewed")));
}
