import { sql } from "drizzle-orm";
import type { z } from "zod";
import type { Transaction } from "@/db/client";
import type { RowTexts } from "@/db/schema/review";
import { accountArray } from "./reviewers";
import type { DecideInput } from "./schemas";
import { ADJUDICATED } from "./settle";

type Decided = {
  validatorId: string;
  /** Every account of the validator's person. */
  mine: readonly string[];
  input: z.output<typeof DecideInput>;
  fixed: RowTexts | null;
};

/**
 * One statement: the live claim is used up and the decision is written, or nothing happens. The time is the clock's,
 * taken under the contribution's lock, so that decisions on a row stand in the order in which they were made.
 */
export async function recordDecision(
  tx: Transaction,
  { validatorId, mine, input, fixed }: Decided,
): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    with held as (
      delete from review_claims
      where record_id = ${input.recordId} and validator_id = ${validatorId} and expires_at > now()
      returning record_id
    ), undrafted as (
      delete from review_drafts where record_id = (select record_id from held) and validator_id = ${validatorId}
    )
    insert into reviews (record_id, validator_id, part, decision, reason, note, spans, fixed, basis,
      guidelines_number, took_ms, created_at)
    select r.id, ${validatorId},
      case when r.status = 'known' then 'known' when r.reviews_wanted >= ${ADJUDICATED} then 'adjudication'
        else 'decision' end,
      ${input.decision}, ${input.reason ?? null}, ${input.note || null}, ${JSON.stringify(input.spans)}::jsonb,
      ${fixed && JSON.stringify(fixed)}::jsonb, 'read',
      least(coalesce(${input.guidelinesNumber ?? null}::int, d.guidelines_number), d.guidelines_number),
      ${input.tookMs ?? null}::int, clock_timestamp()
    from records r join datanets d on d.id = r.datanet_id
    where r.id = (select record_id from held) and r.status in ('pending', 'known')
      and not (r.contributor_id = any(${accountArray(mine)}))
      and not exists (
        select 1 from reviews v where v.record_id = r.id and v.validator_id = any(${accountArray(mine)}))
    returning id`);
  return rows.length === 1;
}
