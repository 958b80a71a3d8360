import { expect, test } from "vitest";
import { missing } from "./report-words";

const whole = {
  kind: "training",
  metric: "accuracy",
  isFinal: true,
  hasAbility: true,
  hasInfluence: true,
  evaluation: {},
  categories: 3,
} as const;

test("a whole report misses nothing", () => {
  expect(missing(whole)).toEqual([]);
});

test("each thing that is missing is a sentence, and what may still come says so", () => {
  expect(missing({ ...whole, hasAbility: false, hasInfluence: false, isFinal: false })).toEqual([
    "General ability was not measured yet: what else the adapter lost is not known.",
    "Whose data helped was not estimated yet.",
  ]);
  expect(missing({ ...whole, categories: 0 })).toEqual([
    "The rows name no categories, so there is no result by category.",
  ]);
  expect(missing({ ...whole, kind: "measure", hasInfluence: false })).toEqual([
    "It was made elsewhere: whose rows helped cannot be known here.",
  ]);
  expect(missing({ ...whole, metric: "preference", categories: 0 })).toEqual([
    "A style has no right answers: people judge it, so nothing is counted as fixed or broken.",
  ]);
});

test("without a measurement nothing else is listed", () => {
  expect(missing({ ...whole, evaluation: null, hasAbility: false })).toEqual([
    "It was not measured: whether the adapter is better is not known, nor is anything below.",
  ]);
});
