import { sql } from "drizzle-orm";
import type { z } from "zod";
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
    const { rows } = await tx.execute<{ accepted: number }>(sql`
      with moved as (
        update records r set status = 'accepted'
        where r.contribution_id = ${input.contributionId} and r.status = 'pending'
          and not exists (
            select 1 from review_claims c
            where c.record_id = r.id and c.validator_id <> ${validatorId} and c.expires_at > now()
          )
        returning r.id
      ), released as (
        delete from review_claims c using moved where c.record_id = moved.id
      ), decided as (
        insert into reviews (record_id, validator_id, decision, basis)
        select id, ${validatorId}, 'accept', 'sampled' from moved
        returning 1
      )
      select count(*)::int as accepted from decided`);
    const accepted = rows[0]!.accepted;
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

const sampleTooSmall = (read: number) =>
  new AppError(
    "CONFLICT",
    "SAMPLE_TOO_SMALL",
    `${read} of this contribution's rows have been read; the rest may be accepted after ${SAMPLING_MINIMUM}.`,
    `Decide on ${SAMPLING_MINIMUM - read} more of its rows first.`,
  );
