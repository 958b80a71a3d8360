import { expect, test } from "vitest";
import { headline, signedPoints } from "./headline";
import { powerSentence } from "./power-sentence";

test("the headline carries both rates, the interval, what was fixed and broken, and n", () => {
  const comparison = { difference: 0.22, low: 0.108, high: 0.316, fixed: 27, broken: 5 };
  expect(headline({ rate: 0.41 }, { rate: 0.63 }, comparison, 100)).toBe(
    "41 → 63 of 100, +22 (95 % interval +11 to +32), 27 fixed, 5 broken, of 100 test questions",
  );
});

test("points have a true sign and zero has none", () => {
  expect([0.004, -0.004, -0.05, 0.5].map(signedPoints)).toEqual(["0", "0", "−5", "+50"]);
});

test("power is said in questions and answers, and a small test says so", () => {
  expect(powerSentence({ testItems: 160, discordant: 0.2, gain: 0.1025 })).toBe(
    "With 160 locked test questions, a gain of 10 in 100 is found four times out of five (if 20 in 100 answers change). A smaller one may stay hidden.",
  );
  expect(powerSentence({ testItems: 1, discordant: 0.2, gain: null })).toMatch(
    /^The locked test has 1 question; under 50/,
  );
});

test("speaks of preferences where people judge", () => {
  expect(powerSentence({ testItems: 100, discordant: 1, gain: 0.29 })).toBe(
    "With 100 locked test questions, an adapter whose answer is preferred 65 times in 100 is found four times out of five, " +
      "once all of them are judged. A weaker preference may stay hidden.",
  );
});
