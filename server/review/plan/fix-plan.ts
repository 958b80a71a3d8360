import { and, eq, sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { contributions, datanets } from "@/db/schema";
import type { SamplingPlan } from "@/db/schema/contribution";
import { isDefect, isSettledRead } from "./reads";
import { type History, planFor, scrutinyOf } from "./scrutiny";

/** The plan that a contribution is reviewed by, fixed when its rows are submitted: later rules do not change it. */
export async function fixPlan(tx: Transaction, contributionId: string, rows: number): Promise<SamplingPlan> {
  const [found] = await tx
    .select({
      rules: datanets.reviewRules,
      datanetId: datanets.id,
      contributorId: contributions.contributorId,
    })
    .from(contributions)
    .innerJoin(datanets, eq(datanets.id, contributions.datanetId))
    .where(eq(contributions.id, contributionId));
  const history = await contributorHistory(tx, { ...found!, contributionId });
  const plan = planFor(found!.rules, scrutinyOf(history, found!.rules), rows);
  await tx
    .update(contributions)
    .set({ plan, planVerdict: "looking" })
    .where(and(eq(contributions.id, contributionId)));
  return plan;
}

async function contributorHistory(
  tx: Transaction,
  of: { datanetId: string; contributorId: string; contributionId: string },
): Promise<History> {
  const { rows } = await tx.execute<History>(sql`
    with earlier as (
      select c.id, c.status, c.plan_verdict, c.submitted_at from contributions c
      where c.datanet_id = ${of.datanetId} and c.contributor_id = ${of.contributorId}
        and c.id <> ${of.contributionId} and c.status in ('submitted', 'reviewed')
    ), seen as (
      select count(*)::int as read, count(*) filter (where ${isDefect})::int as defects
      from records r join earlier e on e.id = r.contribution_id where ${isSettledRead}
    )
    select seen.read, seen.defects,
      (select count(*)::int from earlier where status = 'reviewed') as reviewed,
      coalesce((select plan_verdict = 'rejected' from earlier order by submitted_at desc limit 1), false)
        as "lastRejected"
    from seen`);
  return rows[0]!;
}
