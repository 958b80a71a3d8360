import { expect, test } from "vitest";
import { REVIEW_RULES } from "@/db/schema/datanet";
import { effectOf } from "./rules";

test("the rules of a new Datanet accept a file with 5 in 100 bad rows 1 time in 4, after about 60 reads", () => {
  const { leastSampled, chances } = effectOf(REVIEW_RULES);
  expect(leastSampled).toBe(62);
  expect(chances.map(({ rate }) => rate)).toEqual([0.01, 0.05, 0.08]);
  const decided = chances.map((chance) => chance.decided!);
  expect(decided.map(({ accepted }) => Number(accepted.toFixed(3)))).toEqual([0.974, 0.25, 0.049]);
  expect(decided.map(({ meanReads }) => Math.round(meanReads))).toEqual([55, 59, 34]);
});

test("rates that are hardly apart are decided by no reading of 2,000 rows", () => {
  const { chances } = effectOf({ acceptableRate: 0.2, rejectableRate: 0.21 });
  expect(chances.map(({ decided }) => decided)).toEqual([null, null, null]);
});
