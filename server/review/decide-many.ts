import { sql } from "drizzle-orm";
import type { z } from "zod";
import type { Transaction } from "@/db/client";
import { accountsOfPerson } from "@/server/account/person";
import { appendAudit } from "@/server/audit/append";
import { requireValidator } from "@/server/datanet/policy";
import type { SignedInContext } from "@/server/trpc";
import { closeContribution } from "./contribution-status";
import { holdsHidden } from "./hidden";
import { accountArray } from "./reviewers";
import { type DecideManyInput, UNDO_WINDOW_MS } from "./schemas";
import { tellSentBack } from "./sent-back-notice";
import { ADJUDICATED, settleRow } from "./settle";

/**
 * One decision with one reason on a selection. Every row still gets a review of its own; rows that another validator
 * holds, that are decided, disputed or one's own, or that hide characters from who would accept them, are left.
 * Errors: NOT_VALIDATOR (403), NOT_FOUND.
 */
export async function decideMany(
  ctx: SignedInContext,
  input: z.output<typeof DecideManyInput>,
): Promise<{ decided: number; left: number; undoMs: number }> {
  await requireValidator(ctx.db, ctx.actor, input.datanetId);
  const validatorId = ctx.actor.accountId;
  const mine = await accountsOfPerson(ctx.db, validatorId);
  const wanted = [...new Set(input.recordIds)];
  return ctx.db.transaction(async (tx) => {
    const contributionIds = await lockContributionsOf(tx, input.datanetId, wanted);
    const free = await lockFree(tx, input.datanetId, wanted);
    const chosen = await record(tx, { validatorId, mine, wanted: free, input });
    await settleMany(tx, chosen, input.decision);
    for (const contributionId of contributionIds) {
      if (input.decision === "send_back") await tellSentBack(tx, contributionId);
      await closeContribution(tx, contributionId);
    }
    if (chosen.length > 0) {
      await appendAudit(tx, {
        actorId: validatorId,
        action: "review.decideMany",
        subject: `datanet:${input.datanetId}`,
        data: {
          decision: input.decision,
          rows: chosen.length,
          ...(input.reason && { reason: input.reason }),
        },
      });
    }
    return { decided: chosen.length, left: wanted.length - chosen.length, undoMs: UNDO_WINDOW_MS };
  });
}

/** In the order of their ids, so that no two selections wait on each other. */
export async function lockContributionsOf(
  tx: Transaction,
  datanetId: string,
  recordIds: readonly string[],
): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select c.id from contributions c
    where c.id in (
      select contribution_id from records where id = any(${accountArray(recordIds)}) and datanet_id = ${datanetId})
    order by c.id
    for no key update`);
  return rows.map(({ id }) => id);
}

type Chosen = { id: string; reviewsWanted: number };
type Selection = {
  validatorId: string;
  mine: readonly string[];
  wanted: readonly string[];
  input: z.output<typeof DecideManyInput>;
};

/**
 * Those of the rows that nobody is claiming or deciding this moment, locked. A statement of its own: the next one then
 * sees every claim that was made before its row was locked.
 */
async function lockFree(tx: Transaction, datanetId: string, wanted: readonly string[]): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select r.id from records r
    where r.id = any(${accountArray(wanted)}) and r.datanet_id = ${datanetId} and r.status = 'pending'
    order by r.id for no key update of r skip locked`);
  return rows.map(({ id }) => id);
}

/** All of them carry one time, by which undo knows them as one act. */
async function record(tx: Transaction, { validatorId, mine, wanted, input }: Selection): Promise<Chosen[]> {
  const seenOnly = input.decision === "accept" ? sql`and not ${holdsHidden(sql`r`)}` : sql``;
  const { rows } = await tx.execute<Chosen>(sql`
    with stamp as materialized (select clock_timestamp() as at), chosen as materialized (
      select r.id, r.reviews_wanted from records r
      where r.id = any(${accountArray(wanted)}) and r.datanet_id = ${input.datanetId} and r.status = 'pending'
        and r.reviews_wanted < ${ADJUDICATED} and not (r.contributor_id = any(${accountArray(mine)}))
        and not exists (
          select 1 from reviews v where v.record_id = r.id and v.validator_id = any(${accountArray(mine)}))
        and not exists (
          select 1 from review_claims c
          where c.record_id = r.id and c.validator_id <> ${validatorId} and c.expires_at > now())
        ${seenOnly}
      for no key update of r skip locked
    ), released as (
      delete from review_claims c using chosen where c.record_id = chosen.id
    ), undrafted as (
      delete from review_drafts w using chosen where w.record_id = chosen.id and w.validator_id = ${validatorId}
    ), made as (
      insert into reviews (record_id, validator_id, decision, reason, note, guidelines_number, created_at)
      select chosen.id, ${validatorId}, ${input.decision}, ${input.reason ?? null}, ${input.note || null},
        least(coalesce(${input.guidelinesNumber ?? null}::int, d.guidelines_number), d.guidelines_number), stamp.at
      from chosen, stamp, datanets d where d.id = ${input.datanetId}
      returning record_id
    )
    select chosen.id, chosen.reviews_wanted as "reviewsWanted" from chosen join made on made.record_id = chosen.id`);
  return rows;
}

const STATUS_AFTER = { accept: "accepted", reject: "rejected", send_back: "sent_back" } as const;

/** Rows that want one decision move in one statement; the few that want two are settled one by one. */
async function settleMany(tx: Transaction, chosen: Chosen[], decision: keyof typeof STATUS_AFTER) {
  const single = chosen.filter(({ reviewsWanted }) => reviewsWanted === 1).map(({ id }) => id);
  if (single.length > 0) {
    await tx.execute(
      sql`update records set status = ${STATUS_AFTER[decision]} where id = any(${accountArray(single)})`,
    );
  }
  for (const { id, reviewsWanted } of chosen) if (reviewsWanted > 1) await settleRow(tx, id);
}
