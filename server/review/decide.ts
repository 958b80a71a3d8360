import { and, eq, inArray } from "drizzle-orm";
import type { z } from "zod";
import type { Transaction } from "@/db/client";
import { records, reviews } from "@/db/schema";
import type { RowTexts } from "@/db/schema/review";
import { appendAudit } from "@/server/audit/append";
import { TEXT_ROLES } from "@/server/contribution/health/check-row";
import { findHiddenText } from "@/server/contribution/health/hidden-text";
import { checkMended, lockRowHashes, type RowToMend } from "@/server/contribution/revision";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { closeContribution, lockContribution } from "./contribution-status";
import { notSeenHidden } from "./hidden";
import { decideKnown, type Lesson } from "./known/decide-known";
import { afterDecision } from "./plan/after-decision";
import { requireRowReviewer } from "./policy";
import { recordDecision } from "./record-decision";
import { DecideInput, UNDO_WINDOW_MS } from "./schemas";
import { tellSentBack } from "./sent-back-notice";
import { type Outcome, settleRow } from "./settle";

/**
 * Records one validator's decision on a row that they hold, and settles the row where that decision is the last one
 * it wanted. Errors: OWN_ROW (403), ALREADY_VOTED, CLOSED, CLAIM_EXPIRED, HIDDEN_TEXT and ROW_DUPLICATE (409),
 * UNCHANGED and the intake's codes for a mended row (400), NOT_VALIDATOR (403), NOT_FOUND.
 */
export async function decideReview(
  ctx: SignedInContext,
  input: z.input<typeof DecideInput>,
): Promise<{ undoMs: number; outcome: Outcome; isContributionReviewed: boolean; lesson: Lesson | null }> {
  const parsed = DecideInput.parse(input);
  const row = await requireRowReviewer(ctx.db, ctx.actor, parsed.recordId);
  const validatorId = ctx.actor.accountId;
  const { mine } = row;
  return ctx.db.transaction(async (tx) => {
    const fixed = await requireFit(tx, row, parsed);
    if (row.status === "known") {
      const known = await decideKnown(tx, { ...parsed, validatorId });
      if (!known.isHeld) throw await whyNot(tx, mine, parsed.recordId);
      const undoMs = known.lesson ? 0 : UNDO_WINDOW_MS;
      return { undoMs, outcome: "waiting", isContributionReviewed: false, lesson: known.lesson };
    }
    await lockContribution(tx, row.contributionId);
    const isRecorded = await recordDecision(tx, { validatorId, mine, input: parsed, fixed });
    if (!isRecorded) throw await whyNot(tx, mine, parsed.recordId);
    const outcome = await settleRow(tx, parsed.recordId);
    if (outcome === "sent_back") await tellSentBack(tx, row.contributionId);
    await afterDecision(tx, { contributionId: row.contributionId, validatorId });
    const isContributionReviewed = await closeContribution(tx, row.contributionId);
    await appendAudit(tx, {
      actorId: validatorId,
      action: "review.decide",
      subject: `record:${parsed.recordId}`,
      data: { decision: parsed.decision, ...(parsed.reason && { reason: parsed.reason }) },
    });
    return { undoMs: UNDO_WINDOW_MS, outcome, isContributionReviewed, lesson: null };
  });
}

/**
 * The texts that the row is mended to, if any, as they may be kept: asked of a known-answer item as of any other row,
 * or a refusal would tell them apart.
 */
async function requireFit(
  tx: Transaction,
  row: RowToMend & { isHiding: boolean },
  { decision, texts, isHiddenSeen }: z.output<typeof DecideInput>,
): Promise<RowTexts | null> {
  const isKept = decision === "accept" || decision === "fix";
  if (isKept && row.isHiding && !isHiddenSeen) throw notSeenHidden();
  if (!texts) return null;
  await lockRowHashes(tx, row.datanetId);
  const fixed = (await checkMended(tx, row, texts)).texts;
  const isHiding = TEXT_ROLES.some((role) => findHiddenText(fixed[role]).length > 0);
  if (isHiding && !isHiddenSeen) throw notSeenHidden();
  return fixed;
}

async function whyNot(tx: Transaction, mine: readonly string[], recordId: string): Promise<AppError> {
  const [made] = await tx
    .select({ id: reviews.id })
    .from(reviews)
    .where(and(eq(reviews.recordId, recordId), inArray(reviews.validatorId, [...mine])));
  if (made) {
    return new AppError(
      "CONFLICT",
      "ALREADY_VOTED",
      "You have already decided on this row.",
      "Take the next item from the queue.",
    );
  }
  const [row] = await tx.select({ status: records.status }).from(records).where(eq(records.id, recordId));
  if (row?.status !== "pending" && row?.status !== "known") {
    return new AppError(
      "CONFLICT",
      "CLOSED",
      "This row has been decided in the meantime.",
      "Nothing to do: take the next item from the queue.",
    );
  }
  return new AppError(
    "CONFLICT",
    "CLAIM_EXPIRED",
    "You held this row for too long and it went back to the queue, so your decision was not recorded.",
    "Take the next item from the queue; it may be this one again.",
  );
}
