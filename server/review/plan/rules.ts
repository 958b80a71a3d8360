import { eq } from "drizzle-orm";
import { datanets } from "@/db/schema";
import type { ReviewRules } from "@/db/schema/datanet";
import { requireReadableDatanet } from "@/server/access/require";
import type { Context } from "@/server/context";
import { operating } from "./operating";
import { leastSampled, planFor } from "./scrutiny";

/** What the plan does with a long file of which this share is bad; null where it often takes more than `MOST` reads. */
export type Chance = { rate: number; decided: { accepted: number; meanReads: number } | null };
/** Reads that a test is followed for, and the share that may still be looking then without a word of it. */
const MOST = 2_000;
const STILL_LOOKING = 0.05;

/**
 * The rules of a Datanet with what they do to a file of somebody of whom nothing is known yet: how long a file must be
 * to be sampled, and the operating characteristic at three shares of bad rows. Error: NOT_FOUND.
 */
export async function getReviewRules(ctx: Context, datanetId: string) {
  await requireReadableDatanet(ctx, datanetId);
  const [datanet] = await ctx.db
    .select({ rules: datanets.reviewRules })
    .from(datanets)
    .where(eq(datanets.id, datanetId));
  return { ...datanet!.rules, ...effectOf(datanet!.rules) };
}

export function effectOf(rules: Pick<ReviewRules, "acceptableRate" | "rejectableRate">): {
  leastSampled: number;
  chances: Chance[];
} {
  const plan = planFor(rules, "new", Number.POSITIVE_INFINITY);
  const { acceptableRate, rejectableRate } = rules;
  return {
    leastSampled: leastSampled(plan),
    chances: [acceptableRate, between(acceptableRate, rejectableRate), rejectableRate].map((rate) => {
      const { accepted, looking, meanReads } = operating(plan, rate, MOST);
      return { rate, decided: looking < STILL_LOOKING ? { accepted, meanReads } : null };
    }),
  };
}

/** A whole number of 100 where there is one. */
function between(low: number, high: number): number {
  const middle = Math.round(50 * (low + high)) / 100;
  return low < middle && middle < high ? middle : (low + high) / 2;
}
