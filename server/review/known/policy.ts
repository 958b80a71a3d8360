import { sql } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import type { Decision } from "@/db/schema/review.constants";
import { isRightAnswer, type Standing, standingAfter } from "./standing";

/** This validator's standing in this Datanet, by their answers to its known-answer items. */
export async function validatorStanding(
  db: DatabaseOrTransaction,
  datanetId: string,
  validatorId: string,
): Promise<Standing> {
  const { rows } = await db.execute<{ answers: Answer[] }>(
    sql`select ${answersOf(datanetId, validatorId)} as answers`,
  );
  return standingOf(rows[0]!.answers);
}

export type Answer = { expected: Decision; decision: Decision };

/** This validator's answers to the known-answer items of a Datanet, oldest first, as JSON. */
export const answersOf = (datanetId: string, validatorId: string) => sql`(
  select coalesce(json_agg(
    json_build_object('expected', k.expected, 'decision', v.decision) order by v.created_at, v.id), '[]')
  from known_answers k join reviews v on v.record_id = k.record_id and v.validator_id = ${validatorId}
  where k.datanet_id = ${datanetId})`;

export const standingOf = (answers: readonly Answer[]): Standing =>
  standingAfter(answers.map(({ expected, decision }) => ({ isRight: isRightAnswer(expected, decision) })));
