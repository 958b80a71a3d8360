import { describe, expect, test } from "vitest";
import { agreement } from "./agreement";
import { unblind } from "./decide";
import { majority, type Opinion, type Pair, summarizePreference } from "./tally";

const pairs = (n: number, same = 0): Pair[] =>
  Array.from({ length: n }, (_, i) => ({
    id: `q${i}`,
    prompt: `question ${i}`,
    base: `base ${i}`,
    tuned: i < same ? `base ${i} ` : `tuned ${i}`,
  }));
const opinion = (i: number, preference: Opinion["preference"], accountId = "ann"): Opinion => ({
  itemId: `q${i}`,
  accountId,
  preference,
});
/** The first `tuned` questions prefer the adapter, the next `base` the base, the next `ties` neither. */
const opinions = (tuned: number, base: number, ties: number) =>
  Array.from({ length: tuned + base + ties }, (_, i) =>
    opinion(i, i < tuned ? "tuned" : i < tuned + base ? "base" : "tie"),
  );
const ENOUGH = { rowsNeeded: null, reason: "" };

test("a question goes by the majority of its votes", () => {
  expect(majority(["tuned", "tuned", "base"])).toBe("tuned");
  expect(majority(["tuned", "tie", "tie"])).toBe("tuned");
  expect(majority(["tuned", "base"])).toBe("tie");
  expect(majority([])).toBe("tie");
});

test("A and B are drawn, so a vote is unblinded by the draw", () => {
  expect([unblind("a", true), unblind("a", false), unblind("b", true), unblind("b", false)]).toEqual([
    "tuned",
    "base",
    "base",
    "tuned",
  ]);
  expect(unblind("tie", true)).toBe("tie");
});

describe("the verdict", () => {
  test("not measured before fifty questions are judged, with the number that is missing", () => {
    expect(summarizePreference(pairs(60), opinions(30, 5, 14), ENOUGH)).toMatchObject({
      judged: 49,
      needed: 1,
      verdict: "not_measured",
      reason: "People have judged 49 of the 60 test questions; 50 are needed, so 1 more.",
    });
  });

  test("better and worse by the exact sign test over questions with a preferred answer", () => {
    // 2 * P(X <= 10) for X ~ Binomial(35, 1/2).
    const better = summarizePreference(pairs(50), opinions(25, 10, 15), ENOUGH);
    expect(better.pValue).toBeCloseTo(0.01667385, 8);
    expect(better).toMatchObject({ judged: 50, tuned: 25, base: 10, verdict: "better", difference: 0.3 });
    expect(better.reason).toBe(
      "Of 50 judged questions the adapter’s answer was preferred on 25, the base model’s on 10: more than chance explains; chance alone would do this about once in 60 times.",
    );
    expect(summarizePreference(pairs(50), opinions(10, 25, 15), ENOUGH).verdict).toBe("worse");
  });

  test("not enough evidence where chance may explain it", () => {
    // 2 * P(X <= 15) for X ~ Binomial(40, 1/2).
    const open = summarizePreference(pairs(50), opinions(25, 15, 10), ENOUGH);
    expect(open.pValue).toBeCloseTo(0.15385994, 8);
    expect(open.verdict).toBe("not_enough_evidence");
    expect(summarizePreference(pairs(50), opinions(5, 0, 45), ENOUGH).reason).toMatch(
      /fewer than 6 preferred answers/,
    );
  });

  test("before all are judged only a very clear preference counts", () => {
    const early = summarizePreference(pairs(60), opinions(25, 10, 15), ENOUGH);
    expect(early.verdict).toBe("not_enough_evidence");
    expect(early.reason).toMatch(/on 25, the base model’s on 10\. Before all are judged .* 10 are left\.$/);
    // 2 * P(X <= 8) for X ~ Binomial(36, 1/2).
    const clear = summarizePreference(pairs(60), opinions(28, 8, 14), ENOUGH);
    expect(clear.pValue).toBeCloseTo(0.00119324, 8);
    expect(clear.verdict).toBe("not_enough_evidence");
    expect(summarizePreference(pairs(60), opinions(29, 8, 13), ENOUGH).verdict).toBe("better");
  });

  test("two equal models, looked at after each of 150 votes, rarely get a verdict", () => {
    let seed = 7;
    const coin = () => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed >>> 31 === 1;
    };
    const all = pairs(150);
    let found = 0;
    for (let run = 0; run < 200; run += 1) {
      const votes = all.map((_, i) => opinion(i, coin() ? "tuned" : "base"));
      const isFound = all.some(
        (_, i) =>
          i >= 49 &&
          ["better", "worse"].includes(summarizePreference(all, votes.slice(0, i + 1), ENOUGH).verdict),
      );
      if (isFound) found += 1;
    }
    expect(found / 200).toBeLessThanOrEqual(0.05);
  });

  test("answers that are the same word for word count as judged, with nothing preferred", () => {
    const found = summarizePreference(pairs(60, 20), [], ENOUGH);
    expect(found).toMatchObject({ items: 60, same: 20, judged: 20, needed: 30, tuned: 0, base: 0 });
    // A vote on one of them is impossible, and would not count.
    expect(summarizePreference(pairs(60, 20), [opinion(3, "tuned")], ENOUGH).tuned).toBe(0);
  });

  test("several people on one question count once", () => {
    const votes = [
      opinion(0, "tuned"),
      opinion(0, "base", "bob"),
      opinion(0, "tuned", "cleo"),
      opinion(1, "base", "bob"),
    ];
    expect(summarizePreference(pairs(60), votes, ENOUGH)).toMatchObject({
      judged: 2,
      tuned: 1,
      base: 1,
      votes: 4,
      people: 3,
    });
  });

  test("a test that is too small says so, however much is judged", () => {
    const small = { rowsNeeded: 450, reason: "The test has 20 questions and 50 are needed." };
    expect(summarizePreference(pairs(60), opinions(50, 0, 0), small)).toMatchObject({
      verdict: "not_measured",
      reason: small.reason,
    });
  });
});

test("a judge model that changes its mind with the order prefers neither, and its agreement counts the rest", () => {
  const asked = [
    { itemId: "q0", tunedFirst: "tuned", baseFirst: "tuned" },
    { itemId: "q1", tunedFirst: "tuned", baseFirst: "base" },
    { itemId: "q2", tunedFirst: "base", baseFirst: "base" },
    { itemId: "q3", tunedFirst: "tuned", baseFirst: "tuned" },
  ] as const;
  const found = agreement(asked, [
    opinion(0, "tuned"),
    opinion(1, "tuned"),
    opinion(2, "tuned"),
    opinion(3, "tie"),
  ]);
  expect(found).toMatchObject({ asked: 4, tuned: 2, base: 1, turned: 1, agreed: 1, compared: 2 });
  expect(found.interval!.low).toBeCloseTo(0.0945, 4);
  expect(agreement(asked, []).interval).toBeNull();
});
