import { expect, test } from "vitest";
import { agreeOverFew, agreeOverMany, agreeWithRetrains, ceilingOf, judge, spearman } from "./agree";

test("ranks and their ties are those of the textbook", () => {
  // Kendall and Gibbons, Rank Correlation Methods: 1 - 6 * sum d^2 / (n^3 - n), here 1 - 6 * 8 / 120.
  expect(
    spearman(
      [10, 20, 30, 40, 50],
      [2, 1, 3, 5, 4].map((x) => x * 7),
    ),
  ).toBeCloseTo(0.8);
  expect(spearman([1, 2, 3], [9, 5, 1])).toBeCloseTo(-1);
  // scipy.stats.spearmanr([1, 2, 2, 3], [1, 2, 3, 4]) = 0.9486832980505139
  expect(spearman([1, 2, 2, 3], [1, 2, 3, 4])).toBeCloseTo(0.9486832980505139);
  expect(spearman([1, 1, 1], [1, 2, 3])).toBeNull();
});

test("an interval over rows closes in on a strong agreement and covers zero where there is none", () => {
  const a = Array.from({ length: 200 }, (_, i) => i);
  const strong = agreeOverMany(
    a,
    a.map((x) => x + 20 * Math.sin(x * 12.9898)),
  )!;
  expect(strong.rank).toBeGreaterThan(0.9);
  expect(strong.low).toBeGreaterThan(0.9);
  expect(strong.high).toBeLessThanOrEqual(1);
  const none = agreeOverMany(
    a,
    a.map((x) => Math.sin(x * x * 78.233)),
  )!;
  expect(none.low).toBeLessThan(0);
  expect(none.high).toBeGreaterThan(0);
  expect(agreeOverMany([1, 2, 3], [1, 2, 3])).toBeNull();
});

test("an interval over people is as wide as theirs", () => {
  const at = (value: number, half: number) => ({ value, low: value - half, high: value + half });
  const sure = agreeOverFew(
    [at(1, 0.01), at(2, 0.01), at(3, 0.01)],
    [at(5, 0.01), at(6, 0.01), at(7, 0.01)],
  )!;
  expect(sure).toMatchObject({ rank: 1, low: 1, high: 1, n: 3 });
  const unsure = agreeOverFew([at(1, 4), at(2, 4), at(3, 4)], [at(5, 4), at(6, 4), at(7, 4)])!;
  expect(unsure.rank).toBe(1);
  expect(unsure.low).toBeLessThan(0);
  expect(agreeOverFew([at(1, 1)], [at(1, 1)])).toBeNull();
});

test("people decide, rows where they are fewer than three, and nothing where neither can be compared", () => {
  const rank = (value: number, n: number, low = value) => ({ rank: value, low, high: value, n });
  expect(judge(rank(0.9, 5), rank(0.1, 99), false)).toEqual({ isReliable: true, by: "people" });
  expect(judge(rank(0.8, 5), rank(0.99, 99), false)).toEqual({ isReliable: false, by: "people" });
  expect(judge(rank(0.9, 5, -0.2), rank(0.99, 99), false)).toEqual({ isReliable: null, by: "people" });
  expect(judge(rank(1, 2), rank(0.4, 99), false)).toEqual({ isReliable: false, by: "rows" });
  expect(judge(null, rank(0.5, 99), false)).toEqual({ isReliable: true, by: "rows" });
  expect(judge(null, null, false)).toEqual({ isReliable: null, by: null });
  expect(judge(rank(0.2, 5), rank(0.1, 99), true)).toEqual({ isReliable: null, by: null });
});

test("a measure's ceiling is one where it is sure and none where it is noise", () => {
  const at = (value: number, half: number) => ({ value, low: value - half, high: value + half });
  expect(ceilingOf([at(1, 0.01), at(2, 0.01), at(3, 0.01)])).toBe(1);
  expect(Math.abs(ceilingOf([at(1, 1e4), at(2, 1e4), at(3, 1e4)])!)).toBeLessThan(0.1);
  expect(ceilingOf([at(1, 1)])).toBeNull();
});

test("retrains judge the scores once there are three of them", () => {
  const at = (id: string, value: number) => ({ id, value, low: value - 0.01, high: value + 0.01 });
  const fast = [at("a", 4), at("b", 3), at("c", 2), at("d", 1)];
  expect(agreeWithRetrains(fast, [at("a", 2), at("b", 1), at("x", 9)])).toEqual({
    contributors: 4,
    n: 2,
    missing: 1,
    agreement: null,
    ceiling: null,
    isReliable: null,
  });
  expect(agreeWithRetrains(fast, [at("c", 1), at("a", 9), at("b", 5)])).toEqual({
    contributors: 4,
    n: 3,
    missing: 0,
    agreement: { rank: 1, low: 1, high: 1, n: 3 },
    ceiling: 1,
    isReliable: true,
  });
  // Ranks 4 3 2 1 against 3 4 2 1: 1 - 6 * 2 / 60.
  const swapped = agreeWithRetrains(fast, [at("a", 5), at("b", 9), at("c", 1), at("d", 0)]);
  expect(swapped.agreement!.rank).toBeCloseTo(0.8);
  expect(swapped.isReliable).toBe(false);
});
