import { desc, eq, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Transaction } from "@/db/client";
import { records, reviews } from "@/db/schema";
import { env } from "@/env";
import { appendAudit } from "@/server/audit/append";
import { requireValidator } from "@/server/datanet/policy";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { lockContribution, reopenContribution } from "./contribution-status";
import { afterUndo } from "./plan/after-decision";
import { isByPlan } from "./plan/reads";
import { getHeldItem, type ReviewItem } from "./queries";
import { UNDO_WINDOW_MS, type UndoInput } from "./schemas";

/**
 * Takes back the validator's own last decision in a Datanet while it is young and in no version; they hold the
 * row again. Errors: NOTHING_TO_UNDO, UNDO_TOO_LATE, FROZEN (409), NOT_VALIDATOR (403).
 */
export async function undoReview(
  ctx: SignedInContext,
  input: z.output<typeof UndoInput>,
  ttlMs = env().CLAIM_TTL_MS,
): Promise<{ item: ReviewItem | null }> {
  await requireValidator(ctx.db, ctx.actor, input.datanetId);
  const validatorId = ctx.actor.accountId;
  return ctx.db.transaction(async (tx) => {
    const last = await lastDecision(tx, validatorId, input.datanetId);
    if (last?.basis !== "read" || last.part === "training") throw nothingToUndo();
    await lockContribution(tx, last.contributionId);
    if (!(await takeBack(tx, last.reviewId))) throw await whyNot(tx, last);
    await afterUndo(tx, last);
    await reopenContribution(tx, last.contributionId);
    await holdAgain(tx, { ...last, validatorId, datanetId: input.datanetId, ttlMs });
    await appendAudit(tx, {
      actorId: validatorId,
      action: "review.undo",
      subject: `record:${last.recordId}`,
      data: { decision: last.decision },
    });
    return { item: await getHeldItem(tx, validatorId, last.recordId) };
  });
}

async function lastDecision(tx: Transaction, validatorId: string, datanetId: string) {
  const [last] = await tx
    .select({
      reviewId: reviews.id,
      recordId: reviews.recordId,
      contributionId: records.contributionId,
      decision: reviews.decision,
      basis: reviews.basis,
      decidedAt: reviews.createdAt,
      part: reviews.part,
    })
    .from(reviews)
    .innerJoin(records, eq(records.id, reviews.recordId))
    .where(
      sql`${reviews.validatorId} = ${validatorId} and ${records.datanetId} = ${datanetId} and not ${isByPlan}`,
    )
    .orderBy(desc(reviews.createdAt), desc(reviews.id))
    .limit(1);
  return last;
}

/** One statement. The row is locked before the version is looked up, so a freeze under way is waited for. */
async function takeBack(tx: Transaction, reviewId: string): Promise<boolean> {
  await tx.execute(sql`
    select 1 from records where id = (select record_id from reviews where id = ${reviewId}) for update`);
  const { rows } = await tx.execute(sql`
    with gone as (
      delete from reviews v
      where v.id = ${reviewId} and v.created_at > now() - make_interval(secs => ${UNDO_WINDOW_MS / 1000}::float8)
        and not exists (select 1 from snapshot_records s where s.record_id = v.record_id)
      returning v.record_id
    )
    update records set status = case when status = 'known' then 'known' else 'pending' end
    where id = (select record_id from gone) returning id`);
  return rows.length === 1;
}

type Held = { recordId: string; validatorId: string; datanetId: string; ttlMs: number };

async function holdAgain(tx: Transaction, held: Held): Promise<void> {
  // One row at a time: what was on the screen goes back to the queue.
  await tx.execute(sql`
    delete from review_claims where datanet_id = ${held.datanetId} and validator_id = ${held.validatorId}`);
  await tx.execute(sql`
    insert into review_claims (record_id, datanet_id, validator_id, expires_at)
    values (${held.recordId}, ${held.datanetId}, ${held.validatorId},
      now() + make_interval(secs => ${held.ttlMs / 1000}::float8))`);
}

const nothingToUndo = () =>
  new AppError(
    "CONFLICT",
    "NOTHING_TO_UNDO",
    "There is no decision of yours to take back.",
    "Only your last decision on a row that you read can be taken back.",
  );

async function whyNot(tx: Transaction, last: { reviewId: string; recordId: string }): Promise<AppError> {
  const { rows } = await tx.execute<{ exists: boolean; frozen: boolean }>(sql`
    select exists (select 1 from reviews where id = ${last.reviewId}) as "exists",
      exists (select 1 from snapshot_records where record_id = ${last.recordId}) as frozen`);
  if (!rows[0]!.exists) return nothingToUndo();
  if (rows[0]!.frozen) {
    return new AppError(
      "CONFLICT",
      "FROZEN",
      "This row is already part of a version, and versions never change.",
      "Tell the Datanet's owner, who can leave the row out of the next version.",
    );
  }
  return new AppError(
    "CONFLICT",
    "UNDO_TOO_LATE",
    `A decision can be taken back for ${UNDO_WINDOW_MS / 1000} seconds only.`,
    "Tell the Datanet's owner if the decision was wrong.",
  );
}
