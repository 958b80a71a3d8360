import { expect, test } from "vitest";
import { agrestiMin, comparePaired, fisherLower, holm, mcnemar } from "./paired";

// From training-runner/runner/stats.py: mcnemar and agresti_min of fixed, broken, n.
test.each([
  [10, 2, 100, 0.03857421875, 0.010842140682498697, 0.14602060441554052],
  [29, 10, 240, 0.0033778479119064286, 0.028253876409086574, 0.12877091697934318],
  [0, 0, 50, 1, -0.037691615087308734, 0.037691615087308734],
  [5, 5, 60, 1, -0.10484621192466598, 0.10484621192466598],
  [3, 19, 120, 0.0008554458618164062, -0.20459528068112576, -0.057699801286087385],
  [61, 2, 179, 4.373671563806525e-16, 0.2535143887630302, 0.3984193128944284],
  [700, 300, 3000, 1.7665678007949568e-37, 0.11314555471135093, 0.15334345261709678],
])("%i fixed and %i broken of %i: p and interval are the runner's", (fixed, broken, n, p, low, high) => {
  expect(mcnemar(fixed, broken) / p).toBeCloseTo(1, 6);
  const interval = agrestiMin(fixed, broken, n);
  expect(interval[0]).toBeCloseTo(low, 10);
  expect(interval[1]).toBeCloseTo(high, 10);
});

// From scipy.stats.fisher_exact(table, alternative="less").
test.each([
  [5, 35, 96, 144, 1.5185067113882996e-8],
  [3, 38, 16, 151, 0.44292585651718885],
  [0, 5, 19, 184, 0.5852258947660458],
  [20, 25, 10, 22, 0.9974168548097837],
  [0, 0, 3, 7, 1],
  [250, 500, 180, 500, 0.9999972290343087],
])("%i of %i against %i of %i: Fisher's exact p is scipy's", (right, n, othersRight, othersN, p) => {
  expect(fisherLower({ right, n }, { right: othersRight, n: othersN }) / p).toBeCloseTo(1, 6);
});

test("four cells, their difference and its interval come from the pairs", () => {
  const pairs = [
    ...Array.from({ length: 5 }, () => [false, true] as const),
    ...Array.from({ length: 2 }, () => [true, false] as const),
    ...Array.from({ length: 10 }, () => [true, true] as const),
    ...Array.from({ length: 3 }, () => [false, false] as const),
  ];
  const paired = comparePaired(pairs);
  expect(paired).toMatchObject({ n: 20, fixed: 5, broken: 2, bothRight: 10, bothWrong: 3, difference: 0.15 });
  expect(paired.pValue).toBeCloseTo(0.453125, 6);
  expect(comparePaired([])).toMatchObject({ n: 0, difference: 0, pValue: 1 });
});

test("Holm's correction multiplies the smallest most and never goes down", () => {
  expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
  expect(holm([0.9, 0.5])).toEqual([1, 1]);
});
