import { eq, sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { knownAnswers } from "@/db/schema";
import type { Decision, RejectReason } from "@/db/schema/review.constants";
import { validatorStanding } from "./policy";
import { isRightAnswer, type Standing } from "./standing";

type Deciding = {
  recordId: string;
  validatorId: string;
  decision: Decision;
  reason?: RejectReason | undefined;
  note?: string | undefined;
  tookMs?: number | undefined;
};
/** What somebody in training is told after each item. */
export type Lesson = { isRight: boolean; expected: Decision; explanation: string; standing: Standing };
export type KnownDecided = { lesson: Lesson | null };

/**
 * Records a decision on a known-answer item that this validator holds: the item stays as it is for the others.
 * `isHeld` false: they hold it no longer, or it is withdrawn, and nothing was recorded.
 */
export async function decideKnown(
  tx: Transaction,
  input: Deciding,
): Promise<KnownDecided & { isHeld: boolean }> {
  const [known] = await tx.select().from(knownAnswers).where(eq(knownAnswers.recordId, input.recordId));
  if (!known) return { isHeld: false, lesson: null };
  const { isTraining } = await validatorStanding(tx, known.datanetId, input.validatorId);
  const { rows } = await tx.execute(sql`
    with held as (
      delete from review_claims
      where record_id = ${input.recordId} and validator_id = ${input.validatorId} and expires_at > now()
      returning record_id
    ), undrafted as (
      delete from review_drafts where record_id = (select record_id from held) and validator_id = ${input.validatorId}
    )
    insert into reviews (record_id, validator_id, part, decision, reason, note, basis, took_ms, guidelines_number)
    select held.record_id, ${input.validatorId}, ${isTraining ? "training" : "known"}, ${input.decision},
      ${input.reason ?? null}, ${input.note || null}, 'read', ${input.tookMs ?? null}::int, d.guidelines_number
    from held join datanets d on d.id = ${known.datanetId}
    on conflict (record_id, validator_id) do nothing
    returning id`);
  if (rows.length === 0) return { isHeld: false, lesson: null };
  if (!isTraining) return { isHeld: true, lesson: null };
  const { expected, explanation } = known;
  const standing = await validatorStanding(tx, known.datanetId, input.validatorId);
  const isRight = isRightAnswer(expected, input.decision);
  return { isHeld: true, lesson: { isRight, expected, explanation, standing } };
}
