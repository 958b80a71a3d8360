import { and, desc, eq, sql } from "drizzle-orm";
import { adapters, evaluations, guides, publications, trainingRuns } from "@/db/schema";
import type { Context } from "@/server/context";
import { listSamples } from "@/server/sample/queries";

/** What there is of this person's own, from which the guide tells how far they are. Null for a visitor. */
export async function getGuide(ctx: Context) {
  if (!ctx.actor) return null;
  const { accountId } = ctx.actor;
  const [marks] = await ctx.db.select().from(guides).where(eq(guides.accountId, accountId));
  if (marks?.isClosed) return { isClosed: true as const };
  return {
    isClosed: false as const,
    hasLooked: Boolean(marks?.lookedAt),
    hasRead: Boolean(marks?.readAt),
    hasChecked: Boolean(marks?.checkedAt),
    run: await furthestRun(ctx, accountId),
    /** What its first two steps lead to. */
    sample: (await listSamples(ctx))[0] ?? null,
  };
}

/** The own run that is furthest on: published, then measured, then running, then begun; of equals the newest. */
async function furthestRun(ctx: Context, accountId: string) {
  const rank = sql<number>`case
    when ${publications.status} in ('included', 'final') then 5
    when ${evaluations.verdict} is not null and ${adapters.id} is not null then 4
    when ${trainingRuns.status} not in ('checking', 'commit', 'failed', 'cancelled') then 3
    when ${trainingRuns.status} in ('checking', 'commit') then 2
    else 1 end`;
  const [run] = await ctx.db
    .select({
      id: trainingRuns.id,
      status: trainingRuns.status,
      verdict: evaluations.verdict,
      adapterId: adapters.id,
      publication: publications.status,
    })
    .from(trainingRuns)
    .leftJoin(evaluations, eq(evaluations.runId, trainingRuns.id))
    .leftJoin(adapters, eq(adapters.runId, trainingRuns.id))
    .leftJoin(publications, eq(publications.adapterId, adapters.id))
    .where(and(eq(trainingRuns.builderId, accountId), eq(trainingRuns.kind, "training")))
    .orderBy(desc(rank), desc(trainingRuns.createdAt))
    .limit(1);
  return run ?? null;
}
