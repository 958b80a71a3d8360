import { wilson } from "@/server/comparison/wilson";

/** Whether an answer to a known-answer item was right, oldest first. */
export type KnownAnswer = { isRight: boolean };
export type Standing = {
  isTraining: boolean;
  /** Since they last changed between live rows and training. */
  answered: number;
  right: number;
};

/** Fewer answers say nothing yet. */
export const KNOWN_LEAST = 10;
/** A validator whose accuracy is surely (95 % Wilson) below this decides on no live rows. */
export const KNOWN_BAR = 0.8;
/** To pass: so many right among their latest `KNOWN_LEAST` in training. */
export const PASS_RIGHT = 9;

/**
 * Where a validator stands after their answers in order. Live: into training once at least 10 were answered and the
 * upper end of the 95 % interval of the share right is below 0.8. In training: back once 9 of the latest 10 are right;
 * then counting begins anew.
 */
export function standingAfter(answers: readonly KnownAnswer[]): Standing {
  let isTraining = false;
  let since: boolean[] = [];
  for (const { isRight } of answers) {
    since.push(isRight);
    if (since.length < KNOWN_LEAST) continue;
    const hasChanged = isTraining ? hasPassed(since) : isBelowBar(since);
    if (!hasChanged) continue;
    isTraining = !isTraining;
    since = [];
  }
  return { isTraining, answered: since.length, right: rightOf(since) };
}

const rightOf = (answers: readonly boolean[]) => answers.filter(Boolean).length;
const hasPassed = (answers: readonly boolean[]) => rightOf(answers.slice(-KNOWN_LEAST)) >= PASS_RIGHT;
const isBelowBar = (answers: readonly boolean[]) => wilson(rightOf(answers), answers.length).high < KNOWN_BAR;

/** Accepting what is right, or doing anything else with what is not: how it is refused is a matter of taste. */
export const isRightAnswer = (expected: string, decision: string) =>
  (expected === "accept") === (decision === "accept");
