import { asc, eq, sql } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { knownAnswers, reviews } from "@/db/schema";
import { isRightAnswer, type Standing, standingAfter } from "./standing";

/** This validator's standing in this Datanet, by their answers to its known-answer items. */
export async function validatorStanding(
  db: DatabaseOrTransaction,
  datanetId: string,
  validatorId: string,
): Promise<Standing> {
  const answers = await db
    .select({ expected: knownAnswers.expected, decision: reviews.decision })
    .from(reviews)
    .innerJoin(knownAnswers, eq(knownAnswers.recordId, reviews.recordId))
    .where(sql`${reviews.validatorId} = ${validatorId} and ${knownAnswers.datanetId} = ${datanetId}`)
    .orderBy(asc(reviews.createdAt), asc(reviews.id));
  return standingAfter(
    answers.map(({ expected, decision }) => ({ isRight: isRightAnswer(expected, decision) })),
  );
}
