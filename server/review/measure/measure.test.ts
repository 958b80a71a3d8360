import { expect, test } from "vitest";
import { agreement, alpha } from "./alpha";
import { seeded } from "./random";
import { isTooFew, stratifiedRate } from "./rate";

/** Observers' rows of marks, "." where one is missing, to units. */
const units = (...observers: string[]) =>
  [...observers[0]!].map((_, i) => observers.map((row) => row[i]!).filter((mark) => mark !== "."));

test("Krippendorff 2011, example A: two observers, two values: 0.095", () => {
  expect(alpha(units("0100000010", "1110010000"))).toBeCloseTo(0.095, 3);
});

test("example B: two observers, five values: 0.692", () => {
  expect(alpha(units("aabbdcccedda", "babbbcccedd" + "d"))).toBeCloseTo(0.692, 3);
});

test("example C: four observers, missing values: 0.743", () => {
  const four = units("123321412...", "123322412" + "5.3", ".33323422" + "51.", "123324412" + "51.");
  expect(alpha(four)).toBeCloseTo(0.743, 3);
});

test("nothing to say without a pair, or where only one value was ever given", () => {
  expect(alpha([["a"], ["b"]])).toBeNull();
  expect(
    alpha([
      ["a", "a"],
      ["a", "a"],
    ]),
  ).toBeNull();
  expect(
    alpha([
      ["a", "a"],
      ["b", "b"],
    ]),
  ).toBe(1);
});

test("under 50 pairs there is no figure; from there on one with its interval, the same each time", () => {
  const one = (i: number) =>
    i % 7 === 0 ? ["accept", "reject"] : i % 3 === 0 ? ["reject", "reject"] : ["accept", "accept"];
  const some = (n: number) => Array.from({ length: n }, (_, i) => one(i));
  expect(agreement(some(49))).toEqual({ pairs: 49, alpha: null, low: null, high: null });
  const found = agreement(some(50));
  expect(found.pairs).toBe(50);
  expect(found.alpha!).toBeCloseTo(alpha(some(50))!, 12);
  expect(found.low!).toBeLessThan(found.alpha!);
  expect(found.high!).toBeGreaterThan(found.alpha!);
  expect(agreement(some(50))).toEqual(found);
});

test("the bootstrap interval holds the true alpha about 95 times of 100", () => {
  // Two observers who each see a fair coin's side right 9 times of 10: agreement 0.82, chance 0.5, alpha 0.64.
  const next = seeded(3);
  let held = 0;
  for (let world = 0; world < 100; world += 1) {
    const made = Array.from({ length: 120 }, () => {
      const truth = next() < 0.5;
      return [0, 1].map(() => String(truth === next() < 0.9));
    });
    const { low, high } = agreement(made, world);
    if (low! <= 0.64 && high! >= 0.64) held += 1;
  }
  expect(held).toBeGreaterThanOrEqual(88);
});

test("one stratum alone keeps its Wilson interval; two are weighted by their rows", () => {
  const alone = stratifiedRate([{ rows: 1000, checked: 100, defects: 2 }])!;
  expect(alone.rate).toBeCloseTo(0.02, 12);
  expect(alone.low).toBeCloseTo(0.0055, 4);
  expect(alone.high).toBeCloseTo(0.07, 3);
  const both = stratifiedRate([
    { rows: 900, checked: 50, defects: 0 },
    { rows: 100, checked: 50, defects: 5 },
  ])!;
  expect(both.rate).toBeCloseTo(0.01, 12);
  expect(both.low).toBeLessThan(0.01);
  expect(both.high).toBeGreaterThan(0.06);
  expect(both.high).toBeLessThan(0.08);
});

test("too few: a kind of rows looked at fewer than 20 times, unless it has no more rows", () => {
  expect(isTooFew([])).toBe(true);
  expect(isTooFew([{ rows: 100, checked: 19, defects: 0 }])).toBe(true);
  expect(isTooFew([{ rows: 100, checked: 20, defects: 0 }])).toBe(false);
  expect(
    isTooFew([
      { rows: 7, checked: 7, defects: 0 },
      { rows: 0, checked: 0, defects: 0 },
    ]),
  ).toBe(false);
  expect(stratifiedRate([{ rows: 10, checked: 3, defects: 0 }])).toBeNull();
});

test("the interval covers the true share at least 93 times of 100 where audit is small", () => {
  const next = seeded(11);
  const truths = [0.005, 0.03];
  const strata = [
    { rows: 60, checked: 60 },
    { rows: 900, checked: 60 },
  ];
  const truth = (60 * truths[0]! + 900 * truths[1]!) / 960;
  let held = 0;
  for (let world = 0; world < 2_000; world += 1) {
    const seen = strata.map((one, i) => ({
      ...one,
      defects: Array.from({ length: one.checked }, () => next() < truths[i]!).filter(Boolean).length,
    }));
    const { low, high } = stratifiedRate(seen)!;
    if (low <= truth && truth <= high) held += 1;
  }
  expect(held / 2_000).toBeGreaterThan(0.93);
});
