import { eq, sql } from "drizzle-orm";
import type { z } from "zod";
import { comparisons } from "@/db/schema";
import type { Vote } from "@/db/schema/comparison.constants";
import { appendAudit } from "@/server/audit/append";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { lockOwnComparison } from "./policy";
import type { BlindVote, DecideComparisonInput, Side } from "./schemas";

/** A and B as what they are. */
export const unblind = (vote: BlindVote, isTunedFirst: boolean): Vote =>
  vote === "a" || vote === "b" ? ((vote === "a") === isTunedFirst ? "tuned" : "base") : vote;

/**
 * Stores the vote and tells whose answer was whose. Once only.
 * Errors: NOT_FOUND, NOT_ANSWERED and ALREADY_VOTED (409).
 */
export async function decideComparison(
  ctx: SignedInContext,
  input: z.output<typeof DecideComparisonInput>,
): Promise<{ vote: Vote; tunedSide: Side }> {
  return ctx.db.transaction(async (tx) => {
    const row = await lockOwnComparison(tx, ctx.actor, input.comparisonId);
    if (row.vote) throw alreadyVoted();
    if (row.baseAnswer === null || row.tunedAnswer === null) throw notAnswered();
    const vote = unblind(input.vote, row.isTunedFirst);
    await tx.update(comparisons).set({ vote, votedAt: sql`now()` }).where(eq(comparisons.id, row.id));
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "comparison.decide",
      subject: `comparison:${row.id}`,
      data: { adapterId: row.adapterId, vote },
    });
    return { vote, tunedSide: row.isTunedFirst ? "a" : "b" };
  });
}

const alreadyVoted = () =>
  new AppError(
    "CONFLICT",
    "ALREADY_VOTED",
    "You have voted on these two answers already.",
    "Ask something else; a question counts once.",
  );

const notAnswered = () =>
  new AppError(
    "CONFLICT",
    "NOT_ANSWERED",
    "The two answers are not both there yet.",
    "Wait until both have ended, or ask again.",
  );
