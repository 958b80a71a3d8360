import { expect, it } from "vitest";
import { hypothesisOf } from "@/server/training-run/config";
import { abilitySentence, chanceWords, pText, readableHypothesis, readableReason } from "./words";

// The same cases as in training-runner/tests/test_stats.py.
it.each([
  [1.3e-29, "less than once in a million times", "p < 0.001"],
  [5.4e-6, "about once in 190,000 times", "p < 0.001"],
  [0.0002, "about once in 5,000 times", "p < 0.001"],
  [0.03, "about once in 33 times", "p = 0.03"],
  [0.0499, "about once in 20 times", "p = 0.05"],
  [0.4, "about 40 times in 100", "p = 0.4"],
  [1, "nearly every time", "p = 1"],
])("p = %f is %s", (p, words, text) => {
  expect(chanceWords(p)).toBe(words);
  expect(pText(p)).toBe(text);
});

it("reasons that earlier versions wrote are read in today's words, today's stay", () => {
  const before = "97 questions fixed, 0 broken, of 189: more got better than chance explains (p = 1.3e-29).";
  const after =
    "97 questions fixed, 0 broken, of 189: more got better than chance explains; chance alone would do this less than once in a million times.";
  expect(readableReason(before)).toBe(after);
  expect(readableReason(after)).toBe(after);
  expect(readableReason("9 questions fixed, 8 broken, of 60: chance alone explains this (p = 1).")).toBe(
    "9 questions fixed, 8 broken, of 60: chance alone may explain this; it would do as much nearly every time.",
  );
  const other = "The test has 40 questions and 50 are needed. Add about 70 more different rows.";
  expect(readableReason(other)).toBe(other);
});

it.each(["label", "answer"] as const)("a hypothesis is read without terms of statistics (%s)", (goal) => {
  expect(readableHypothesis(hypothesisOf(goal, "Tiny", 60))).toBe(
    "On the 60 locked test questions the adapter answers more of them right than Tiny alone, and more than always giving the most frequent training answer.",
  );
});

const counts = { n: 240, before: 146, after: 66, difference: -0.333, low: -0.398, high: -0.266 };

it("what was lost carries its counts and its interval", () => {
  expect(abilitySentence({ ...counts, verdict: "lost", itemsNeeded: null }, 0.1)).toBe(
    "General ability was lost: 146 of 240 questions outside this task were right before training and 66 after, a loss of 27 to 40 in 100.",
  );
});

it("held means that a loss beyond the margin is excluded, and what cannot be told says what it would take", () => {
  const after = { ...counts, after: 140, low: -0.08, high: 0.03 };
  expect(abilitySentence({ ...after, verdict: "held", itemsNeeded: null }, 0.1)).toContain(
    "and 140 after; a loss of more than 10 in 100 is excluded.",
  );
  expect(abilitySentence({ ...after, verdict: "cannot_tell", itemsNeeded: 279 }, 0.1)).toContain(
    "is not excluded, which would take about 279 questions.",
  );
  expect(abilitySentence({ ...after, verdict: "too_little", itemsNeeded: null }, 0.1)).toMatch(
    /^This base knows too little to lose/,
  );
});
