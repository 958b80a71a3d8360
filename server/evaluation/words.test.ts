import { expect, it } from "vitest";
import { hypothesisOf } from "@/server/training-run/config";
import { chanceWords, pText, readableHypothesis, readableReason } from "./words";

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
