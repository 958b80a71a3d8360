import { expect, test } from "vitest";
import { agreementSentence, othersSentence, pairedHeadline } from "./removal-words";

const paired = {
  n: 100,
  fixed: 14,
  broken: 5,
  bothRight: 51,
  difference: 0.09,
  low: 0.005,
  high: 0.17,
  pValue: 0.06,
};

test("the headline's rates are of the shared questions", () => {
  expect(pairedHeadline(paired)).toBe(
    "56 → 65 of 100, +9 (95 % interval +1 to +17), 14 fixed, 5 broken, of 100 test questions",
  );
});

test("estimate and retraining are set beside each other in words", () => {
  const say = (agreement: never, sign: never, estimate: never) =>
    agreementSentence("Eli", { agreement, sign }, estimate);
  expect(say("agree" as never, "-" as never, "-" as never)).toBe(
    "The estimate and the retraining agree: the rows of Eli hurt.",
  );
  expect(say("disagree" as never, "-" as never, "+" as never)).toBe(
    "They disagree: the estimate says that the rows of Eli helped, training again without them says that they hurt. Believe the retraining.",
  );
  expect(say("only_retrain" as never, "+" as never, "0" as never)).toContain("the rows of Eli helped");
  expect(say("not_confirmed" as never, "0" as never, "+" as never)).toContain(
    "the difference on all questions may be chance",
  );
  expect(say("open" as never, "0" as never, "0" as never)).toContain("Neither can tell");
  expect(say(null as never, "0" as never, null as never)).toContain("makes no difference");
});

test("what the questions of the others say stands on its own", () => {
  expect(othersSentence("Eli", paired, "-")).toBe(
    "On the 100 questions that are not of Eli: +9 of 100 (95 % interval +1 to +17). For everyone else it is better without them.",
  );
  expect(othersSentence("Eli", paired, "0")).toContain("may be chance");
});
