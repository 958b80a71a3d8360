import { sql } from "drizzle-orm";
import type { z } from "zod";
import type { Transaction } from "@/db/client";
import { SAMPLING_MINIMUM } from "@/db/schema/review.constants";
import { appendAudit } from "@/server/audit/append";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { closeContribution, lockContribution } from "./contribution-status";
import { requireContributionReviewer } from "./policy";
import { contributionProgress } from "./queries";
import type { AcceptRestInput } from "./schemas";

/**
 * Accepts every waiting row of a contribution once enough of its rows were read; recorded as `sampled`, never as
 * read. Rows that another validator holds stay with them.
 * Errors: OWN_ROW (403), SAMPLE_TOO_SMALL (409), NOT_VALIDATOR (403), NOT_FOUND.
 */
export async function acceptRest(
  ctx: SignedInContext,
  input: z.output<typeof AcceptRestInput>,
): Promise<{ accepted: number; isContributionReviewed: boolean }> {
  await requireContributionReviewer(ctx.db, ctx.actor, input.contributionId);
  const validatorId = ctx.actor.accountId;
  return ctx.db.transaction(async (tx) => {
    await lockContribution(tx, input.contributionId);
    const { read, readRejected } = await contributionProgress(tx, input.contributionId);
    if (read < SAMPLING_MINIMUM) throw sampleTooSmall(read);
    let accepted = 0;
    for (let more = BATCH_ROWS; more === BATCH_ROWS; accepted += more) {
      more = await acceptSome(tx, input.contributionId, validatorId);
    }
    const isContributionReviewed = await closeContribution(tx, input.contributionId);
    if (accepted > 0) {
      await appendAudit(tx, {
        actorId: validatorId,
        action: "review.acceptRest",
        subject: `contribution:${input.contributionId}`,
        data: { accepted, read, readRejected },
      });
    }
    return { accepted, isContributionReviewed };
  });
}

/** Rows a statement: a large contribution takes several, each well within the database's time limit. */
const BATCH_ROWS = 20_000;

async function acceptSome(tx: Transaction, contributionId: string, validatorId: string): Promise<number> {
  const { rows } = await tx.execute<{ accepted: number }>(sql`
    with free as (
      select r.id from records r
      where r.contribution_id = ${contributionId} and r.status = 'pending'
        and not exists (select 1 from reviews v where v.record_id = r.id)
        and not exists (
          select 1 from review_claims c
          where c.record_id = r.id and c.validator_id <> ${validatorId} and c.expires_at > now()
        )
      limit ${BATCH_ROWS}
      for no key update of r
    ), moved as (
      update records r set status = 'accepted' from free where r.id = free.id returning r.id
    ), released as (
      delete from review_claims c using moved where c.record_id = moved.id
    ), decided as (
      insert into reviews (record_id, validator_id, decision, basis)
      select id, ${validatorId}, 'accept', 'sampled' from moved
      returning 1
    )
    select count(*)::int as accepted from decided`);
  return rows[0]!.accepted;
}

const sampleTooSmall = (read: number) =>
  new AppError(
    "CONFLICT",
    "SAMPLE_TOO_SMALL",
    `${read} of this contribution's rows have been read; the rest may be accepted after ${SAMPLING_MINIMUM}.`,
    `Decide on ${SAMPLING_MINIMUM - read} more of its rows first.`,
  );
