import { and, count, countDistinct, eq, isNotNull } from "drizzle-orm";
import type { z } from "zod";
import { comparisons } from "@/db/schema";
import type { Vote } from "@/db/schema/comparison.constants";
import { requireTryable } from "@/server/chat/policy";
import type { Context } from "@/server/context";
import type { TallyInput } from "./schemas";
import { wilson } from "./wilson";

/**
 * How the blind votes fell. The share is of the votes that preferred one answer; null without any.
 * Errors: NOT_FOUND, NOT_PUBLISHED (403).
 */
export async function getTally(ctx: Context, { adapterId }: z.output<typeof TallyInput>) {
  await requireTryable(ctx.db, ctx.actor, adapterId);
  const where = and(eq(comparisons.adapterId, adapterId), isNotNull(comparisons.vote));
  const rows = await ctx.db
    .select({ vote: comparisons.vote, n: count() })
    .from(comparisons)
    .where(where)
    .groupBy(comparisons.vote);
  const [voters] = await ctx.db
    .select({ n: countDistinct(comparisons.accountId) })
    .from(comparisons)
    .where(where);
  const of = (vote: Vote) => rows.find((row) => row.vote === vote)?.n ?? 0;
  const [tuned, base] = [of("tuned"), of("base")];
  const n = tuned + base;
  return {
    tuned,
    base,
    bothGood: of("both_good"),
    bothBad: of("both_bad"),
    people: voters!.n,
    share: n === 0 ? null : { value: tuned / n, n, ...wilson(tuned, n) },
  };
}
