import { eq } from "drizzle-orm";
import { trainingRuns } from "@/db/schema";
import { requireReadableRun } from "@/server/access/require";
import type { Context } from "@/server/context";
import { notFound } from "@/server/errors";
import { parseInfluence } from "@/server/influence/parse";
import { dividePoints, WHOLE } from "@/server/influence/shares";
import { claimOf } from "@/server/influence/signs";
import { clustersByContributor, nameContributors } from "./people";
import { INFLUENCE } from "./stages";
import { getTrace } from "./trace";

export const SHARES_METHOD = "influence-floor/1";

/**
 * How a run's estimate would be divided among its contributors, in basis points that sum to 10,000; null before it is scored.
 * Certain is the lower end of a contributor's 95 % interval, against the sum of all estimates above zero; where no sign is
 * claimed, and for everyone where the scores are not reliable, nothing is. `most` is the upper end in the same measure.
 */
export async function getShares(ctx: Context, runId: string) {
  await requireReadableRun(ctx, runId);
  const [run] = await ctx.db.select().from(trainingRuns).where(eq(trainingRuns.id, runId));
  if (!run) throw notFound("training run");
  const sha256 = run.artifacts[INFLUENCE];
  if (!sha256) return null;
  const { contributors } = parseInfluence(await ctx.blobs.get(sha256));
  const brought = await clustersByContributor(ctx.db, ctx.blobs, run);
  const clusters = contributors.map(({ id }) => brought.get(id) ?? 0);
  const all = clusters.reduce((sum, count) => sum + count, 0);
  if (all === 0) return null;
  const { retrainAgreement, trace } = await getTrace(ctx, runId);
  const isReliable = retrainAgreement?.isReliable ?? trace?.result?.agreement?.isReliable ?? null;
  const improvement = contributors.reduce((sum, { value }) => sum + Math.max(0, value), 0);
  const floors = contributors.map((group) =>
    isReliable !== false && claimOf(group) === "helped" ? group.low : 0,
  );
  const points = dividePoints(floors, improvement, clusters);
  const people = await nameContributors(
    ctx.db,
    contributors.map(({ id }) => id),
  );
  const most = (high: number) =>
    improvement > 0 ? Math.min(WHOLE, Math.round((WHOLE * Math.max(0, high)) / improvement)) : 0;
  return {
    method: SHARES_METHOD,
    isReliable,
    clusters: all,
    pool: points.reduce((sum, { pool }) => sum + pool, 0),
    people: contributors
      .flatMap(({ id, high }, k) => {
        const person = people.find((each) => each.id === id);
        return person ? [{ ...person, clusters: clusters[k]!, ...points[k]!, most: most(high) }] : [];
      })
      .sort((a, b) => b.total - a.total),
  };
}
