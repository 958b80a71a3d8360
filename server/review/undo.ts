import { sql } from "drizzle-orm";
import type { z } from "zod";
import type { Transaction } from "@/db/client";
import { env } from "@/env";
import { appendAudit } from "@/server/audit/append";
import { requireValidator } from "@/server/datanet/policy";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { reopenContribution } from "./contribution-status";
import { lockContributionsOf } from "./decide-many";
import { getHeldItem, type ReviewItem } from "./item";
import { accountArray } from "./reviewers";
import { UNDO_WINDOW_MS, type UndoInput } from "./schemas";
import { tellSentBack } from "./sent-back-notice";
import { ADJUDICATED } from "./settle";

/**
 * Takes back the validator's own last decision in a Datanet, or the last selection that they decided at once, while it
 * is young, in no version, and nobody has built on it; a single row is held by them again. What a fix made of the row
 * is removed. Errors: NOTHING_TO_UNDO, UNDO_TOO_LATE, UNDO_BUILT_ON and FROZEN (409), NOT_VALIDATOR (403).
 */
export async function undoReview(
  ctx: SignedInContext,
  input: z.output<typeof UndoInput>,
  ttlMs = env().CLAIM_TTL_MS,
): Promise<{ item: ReviewItem | null; undone: number }> {
  await requireValidator(ctx.db, ctx.actor, input.datanetId);
  const validatorId = ctx.actor.accountId;
  return ctx.db.transaction(async (tx) => {
    const last = await lastDecisions(tx, validatorId, input.datanetId);
    const [first] = last;
    if (first?.basis !== "read") throw nothingToUndo();
    const recordIds = last.map(({ recordId }) => recordId);
    const contributionIds = await lockContributionsOf(tx, input.datanetId, recordIds);
    await requireUndoable(tx, last);
    await takeBack(tx, last);
    for (const contributionId of contributionIds) {
      await reopenContribution(tx, contributionId);
      if (last.some(({ decision }) => decision === "send_back")) await tellSentBack(tx, contributionId);
    }
    if (last.length === 1) {
      await holdAgain(tx, { recordId: first.recordId, validatorId, datanetId: input.datanetId, ttlMs });
    }
    await appendAudit(tx, {
      actorId: validatorId,
      action: "review.undo",
      subject: last.length === 1 ? `record:${first.recordId}` : `datanet:${input.datanetId}`,
      data: { decision: first.decision, ...(last.length > 1 && { rows: last.length }) },
    });
    const item = last.length === 1 ? await getHeldItem(tx, validatorId, first.recordId) : null;
    return { item, undone: last.length };
  });
}

type Last = { reviewId: string; recordId: string; decision: string; basis: string };

/** What was decided in one act carries one time. */
async function lastDecisions(tx: Transaction, validatorId: string, datanetId: string): Promise<Last[]> {
  const { rows } = await tx.execute<Last>(sql`
    with mine as (
      select v.* from reviews v join records r on r.id = v.record_id
      where v.validator_id = ${validatorId} and r.datanet_id = ${datanetId}
    )
    select id as "reviewId", record_id as "recordId", decision, basis from mine
    where created_at = (select max(created_at) from mine)`);
  return rows;
}

/** The rows are locked before the version is looked up, so a freeze under way is waited for. */
async function requireUndoable(tx: Transaction, last: Last[]): Promise<void> {
  const reviewIds = accountArray(last.map(({ reviewId }) => reviewId));
  await tx.execute(sql`
    select 1 from records r join records one on one.contribution_id = r.contribution_id
      and one.row_number = r.row_number
    where one.id = any(${accountArray(last.map(({ recordId }) => recordId))})
    order by r.id for update of r`);
  const { rows } = await tx.execute<{ n: number; frozen: boolean; late: boolean; builtOn: boolean }>(sql`
    select count(*)::int as n,
      coalesce(bool_or(v.created_at <= clock_timestamp() - make_interval(secs => ${UNDO_WINDOW_MS / 1000}::float8)), false) as late,
      coalesce(bool_or(exists (
        select 1 from snapshot_records s join records any_of on any_of.id = s.record_id
        where any_of.contribution_id = r.contribution_id and any_of.row_number = r.row_number
          and any_of.revision >= r.revision)), false) as frozen,
      coalesce(bool_or(
        exists (select 1 from reviews o where o.record_id = v.record_id and o.id <> v.id and o.created_at > v.created_at)
        or exists (
          select 1 from records newer
          where newer.contribution_id = r.contribution_id and newer.row_number = r.row_number
            and newer.revision > r.revision
            and (newer.fixed_by_id is null or newer.revision > r.revision + 1))), false) as "builtOn"
    from reviews v join records r on r.id = v.record_id
    where v.id = any(${reviewIds})`);
  const found = rows[0]!;
  if (found.n < last.length) throw nothingToUndo();
  if (found.frozen) throw frozen();
  if (found.late) throw tooLate();
  if (found.builtOn) throw builtOn();
}

async function takeBack(tx: Transaction, last: Last[]): Promise<void> {
  const recordIds = accountArray(last.map(({ recordId }) => recordId));
  // What the fix made of the row: nobody has read it yet.
  await tx.execute(sql`
    delete from records made using records r
    where r.id = any(${recordIds}) and r.status = 'replaced' and made.contribution_id = r.contribution_id
      and made.row_number = r.row_number and made.revision = r.revision + 1`);
  await tx.execute(sql`
    with gone as (
      delete from reviews where id = any(${accountArray(last.map(({ reviewId }) => reviewId))})
      returning record_id, part
    )
    update records r set status = case when r.status = 'known' then r.status else 'pending' end,
      reviews_wanted = case when r.reviews_wanted >= ${ADJUDICATED} and gone.part = 'decision' then 2
        else r.reviews_wanted end
    from gone where r.id = gone.record_id`);
}

type Held = { recordId: string; validatorId: string; datanetId: string; ttlMs: number };

async function holdAgain(tx: Transaction, held: Held): Promise<void> {
  // What was on the screen and what was at hand go back to the queue.
  await tx.execute(sql`
    delete from review_claims where datanet_id = ${held.datanetId} and validator_id = ${held.validatorId}`);
  // Somebody else may hold the row by now, for the second of two decisions.
  await tx.execute(sql`
    insert into review_claims (record_id, datanet_id, validator_id, expires_at)
    values (${held.recordId}, ${held.datanetId}, ${held.validatorId},
      now() + make_interval(secs => ${held.ttlMs / 1000}::float8))
    on conflict (record_id) do update
      set validator_id = excluded.validator_id, claimed_at = now(), expires_at = excluded.expires_at
      where review_claims.expires_at <= now()`);
}

const nothingToUndo = () =>
  new AppError(
    "CONFLICT",
    "NOTHING_TO_UNDO",
    "There is no decision of yours to take back.",
    "Only your last decision on a row that you read can be taken back.",
  );

const frozen = () =>
  new AppError(
    "CONFLICT",
    "FROZEN",
    "This row is already part of a version, and versions never change.",
    "Tell the Datanet's owner, who can leave the row out of the next version.",
  );

const tooLate = () =>
  new AppError(
    "CONFLICT",
    "UNDO_TOO_LATE",
    `A decision can be taken back for ${UNDO_WINDOW_MS / 1000} seconds only.`,
    "Tell the Datanet's owner if the decision was wrong.",
  );

const builtOn = () =>
  new AppError(
    "CONFLICT",
    "UNDO_BUILT_ON",
    "Somebody else has decided on this row or mended it since.",
    "Tell the Datanet's owner if your decision was wrong.",
  );
