import { eq, sql } from "drizzle-orm";
import type { z } from "zod";
import { evaluations, judgements } from "@/db/schema";
import type { Preference } from "@/db/schema/judgement.constants";
import { appendAudit } from "@/server/audit/append";
import { AppError } from "@/server/errors";
import { requireRate } from "@/server/rate-limit";
import type { SignedInContext } from "@/server/trpc";
import { lockOwnJudgement, requireJudge, requireJudgedRun } from "./policy";
import { listOpinions, readPairs } from "./queries";
import { type BlindPreference, type DecideJudgementInput, JUDGEMENT_RATE } from "./schemas";
import { type PreferenceSummary, summarizePreference } from "./tally";

/** A and B as what they are. */
export const unblind = (preference: BlindPreference, isTunedFirst: boolean): Preference =>
  preference === "tie" ? "tie" : (preference === "a") === isTunedFirst ? "tuned" : "base";

/**
 * Stores one vote and judges the run anew in the same transaction. Whose answer was whose is not told: more of them
 * follow. Errors: NOT_FOUND, NOT_MEMBER (403), ALREADY_JUDGED (409), RATE_LIMITED (429).
 */
export async function decideJudgement(
  ctx: SignedInContext,
  input: z.output<typeof DecideJudgementInput>,
): Promise<PreferenceSummary> {
  requireRate(ctx, JUDGEMENT_RATE);
  return ctx.db.transaction(async (tx) => {
    const row = await lockOwnJudgement(tx, ctx.actor, input.judgementId);
    await requireJudge(tx, ctx.actor, row.runId);
    if (row.preference) throw alreadyJudged();
    // Votes on one run take turns, so that each verdict counts all before it.
    await tx
      .select({ id: evaluations.runId })
      .from(evaluations)
      .where(eq(evaluations.runId, row.runId))
      .for("update");
    await tx
      .update(judgements)
      .set({ preference: unblind(input.preference, row.isTunedFirst), decidedAt: sql`now()` })
      .where(eq(judgements.id, row.id));
    const run = await requireJudgedRun(tx, row.runId);
    const { pairs, comparison } = await readPairs(ctx.blobs, run);
    const preference = summarizePreference(pairs, await listOpinions(tx, row.runId), comparison);
    await tx
      .update(evaluations)
      .set({ verdict: preference.verdict, summary: { ...run.evaluation.summary, preference } })
      .where(eq(evaluations.runId, row.runId));
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "judgement.decide",
      subject: `judgement:${row.id}`,
      data: { runId: row.runId, judged: preference.judged, verdict: preference.verdict },
    });
    return preference;
  });
}

const alreadyJudged = () =>
  new AppError(
    "CONFLICT",
    "ALREADY_JUDGED",
    "You have judged these two answers already; a question counts once a person.",
    "Go on with the next pair.",
  );
