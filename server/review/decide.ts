import { and, eq, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Transaction } from "@/db/client";
import { records, reviews } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { closeContribution, lockContribution } from "./contribution-status";
import { decideKnown, type Lesson } from "./known/decide-known";
import { afterDecision } from "./plan/after-decision";
import { requireRowReviewer } from "./policy";
import { type DecideInput, UNDO_WINDOW_MS } from "./schemas";

/**
 * Records one validator's decision on a row that they hold.
 * Errors: OWN_ROW (403), ALREADY_VOTED, CLOSED and CLAIM_EXPIRED (409), NOT_VALIDATOR (403), NOT_FOUND.
 */
export async function decideReview(
  ctx: SignedInContext,
  input: z.output<typeof DecideInput>,
): Promise<{ undoMs: number; isContributionReviewed: boolean; lesson?: Lesson | null }> {
  const { contributionId } = await requireRowReviewer(ctx.db, ctx.actor, input.recordId);
  return ctx.db.transaction(async (tx) => {
    const known = await decideKnown(tx, { ...input, validatorId: ctx.actor.accountId });
    if (known) {
      if (!known.isHeld) throw await whyNot(tx, ctx.actor.accountId, input.recordId);
      const undoMs = known.lesson ? 0 : UNDO_WINDOW_MS;
      return { undoMs, isContributionReviewed: false, lesson: known.lesson };
    }
    await lockContribution(tx, contributionId);
    const isDecided = await decideHeld(tx, ctx.actor.accountId, input);
    if (!isDecided) throw await whyNot(tx, ctx.actor.accountId, input.recordId);
    await afterDecision(tx, { contributionId, validatorId: ctx.actor.accountId });
    const isContributionReviewed = await closeContribution(tx, contributionId);
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "review.decide",
      subject: `record:${input.recordId}`,
      data: { decision: input.decision, ...(input.reason && { reason: input.reason }) },
    });
    return { undoMs: UNDO_WINDOW_MS, isContributionReviewed };
  });
}

/** One statement: the live claim is used up, the row moves, the decision is written; or nothing happens. */
async function decideHeld(
  tx: Transaction,
  validatorId: string,
  input: z.output<typeof DecideInput>,
): Promise<boolean> {
  const status = input.decision === "accept" ? "accepted" : "rejected";
  const { rows } = await tx.execute(sql`
    with held as (
      delete from review_claims
      where record_id = ${input.recordId} and validator_id = ${validatorId} and expires_at > now()
      returning record_id
    ), moved as (
      update records set status = ${status}
      where id = (select record_id from held) and status = 'pending' and contributor_id <> ${validatorId}
      returning id
    )
    insert into reviews (record_id, validator_id, decision, reason, note, basis)
    select id, ${validatorId}, ${input.decision}, ${input.reason ?? null}, ${input.note || null}, 'read' from moved
    returning id`);
  return rows.length === 1;
}

async function whyNot(tx: Transaction, validatorId: string, recordId: string): Promise<AppError> {
  const [mine] = await tx
    .select({ id: reviews.id })
    .from(reviews)
    .where(and(eq(reviews.recordId, recordId), eq(reviews.validatorId, validatorId)));
  if (mine) {
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
