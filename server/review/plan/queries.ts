import { eq, sql } from "drizzle-orm";
import { contributions } from "@/db/schema";
import type { SamplingPlan } from "@/db/schema/contribution";
import { askerId, type Context } from "@/server/context";
import { requireVisibleContribution } from "@/server/contribution/policy";
import { settledReads } from "./reads";
import { isReadWhole } from "./scrutiny";
import { expectedMore } from "./sprt";

/** How far the plan of a contribution is; null where none runs (submitted before there were plans). */
export type PlanProgress = {
  scrutiny: SamplingPlan["scrutiny"];
  acceptableRate: number;
  rejectableRate: number;
  verdict: "looking" | "accepted" | "rejected";
  isReadWhole: boolean;
  read: number;
  defects: number;
  pending: number;
  /** Of those pending, drawn to be read although the rest was accepted. */
  auditPending: number;
  /** About how many more reads until the plan decides; 0 when it has. */
  more: number;
};

export async function getPlanProgress(ctx: Context, contributionId: string): Promise<PlanProgress | null> {
  await requireVisibleContribution(ctx.db, ctx.actor, contributionId);
  const [row] = await ctx.db
    .select({
      plan: contributions.plan,
      verdict: contributions.planVerdict,
      pending: sql<number>`(select count(*)::int from records r
        where r.contribution_id = ${contributionId} and r.status = 'pending')`,
      auditPending: sql<number>`(select count(*)::int from records r
        where r.contribution_id = ${contributionId} and r.status = 'pending' and r.is_audit)`,
      isHeld: sql<boolean>`exists (select 1 from review_claims c join records r on r.id = c.record_id
        where r.contribution_id = ${contributionId} and c.validator_id = ${askerId(ctx)} and c.expires_at > now())`,
    })
    .from(contributions)
    .where(eq(contributions.id, contributionId));
  if (!row?.plan) return null;
  const { plan, verdict, auditPending } = row;
  // What is held is one to go, also where it is there to measure who holds it: "0 to go" would tell it from the others.
  const pending = row.isHeld ? Math.max(1, row.pending) : row.pending;
  const reads = await settledReads(ctx.db, contributionId);
  const isWhole = isReadWhole(plan);
  const left = verdict === "looking" ? pending : 0;
  return {
    scrutiny: plan.scrutiny,
    acceptableRate: plan.acceptableRate,
    rejectableRate: plan.rejectableRate,
    verdict,
    isReadWhole: isWhole,
    ...reads,
    pending,
    auditPending,
    more: isWhole ? pending : left && expectedMore(plan, reads, left),
  };
}
