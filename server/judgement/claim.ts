import { createHash, randomInt } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { judgements } from "@/db/schema";
import type { SignedInContext } from "@/server/trpc";
import { requireJudge, requireJudgedRun } from "./policy";
import { leftFor, listOpinions, readPairs } from "./queries";
import { byItem, type Pair } from "./tally";

export type ClaimedPair = { judgementId: string; prompt: string; a: string; b: string };

/**
 * The next pair for this person: what the fewest people have judged, in an order of their own. Which answer is A is
 * drawn once, so a page that is reloaded shows the same. Null when they have judged all.
 * Errors: NOT_FOUND, NOT_JUDGED, NOT_MEASURED (409), NOT_MEMBER (403).
 */
export async function claimJudgement(
  ctx: SignedInContext,
  { runId }: { runId: string },
): Promise<{ pair: ClaimedPair | null; left: number }> {
  await requireJudge(ctx.db, ctx.actor, runId);
  const run = await requireJudgedRun(ctx.db, runId);
  const { pairs } = await readPairs(ctx.blobs, run);
  const opinions = await listOpinions(ctx.db, runId);
  const { accountId } = ctx.actor;
  const mine = new Set(opinions.filter((o) => o.accountId === accountId).map(({ itemId }) => itemId));
  const votes = byItem(opinions);
  const order = ({ id }: Pair) => createHash("sha256").update(`${accountId}:${id}`).digest("hex");
  const rank = (pair: Pair) => [votes.get(pair.id)?.length ?? 0, order(pair)] as const;
  const left = leftFor(pairs, mine)
    .map((pair) => ({ pair, rank: rank(pair) }))
    .sort((a, b) => a.rank[0] - b.rank[0] || (a.rank[1] < b.rank[1] ? -1 : 1));
  const next = left[0]?.pair;
  if (!next) return { pair: null, left: 0 };
  const key = { runId, accountId, itemId: next.id };
  await ctx.db
    .insert(judgements)
    .values({ ...key, isTunedFirst: randomInt(2) === 1 })
    .onConflictDoNothing();
  const [row] = await ctx.db
    .select()
    .from(judgements)
    .where(
      and(eq(judgements.runId, runId), eq(judgements.accountId, accountId), eq(judgements.itemId, next.id)),
    );
  const [a, b] = row!.isTunedFirst ? [next.tuned, next.base] : [next.base, next.tuned];
  return { pair: { judgementId: row!.id, prompt: next.prompt, a, b }, left: left.length };
}
