import { expect, test } from "vitest";
import { agreementSentence, notReliable, retrainedSentence } from "./trace-words";

const rows = { rank: 0.7123, low: 0.65, high: 0.764, n: 860 };

test("the agreement is said with its intervals and what it means", () => {
  const people = { rank: 0.9, low: 0.6, high: 1, n: 5 };
  expect(agreementSentence({ people, rows, isReliable: true, by: "people" })).toBe(
    "The bars put them in much the same order as the trace: rank agreement for people 0.90 (95 % interval 0.60 to 1.00), 5 of them; for single rows 0.71 (95 % interval 0.65 to 0.76), 860 of them. 1 is the same order, 0 none.",
  );
});

test("a poor agreement is called another order, and a single person leaves the rows", () => {
  const people = { rank: -0.2, low: -0.9, high: 0.5, n: 5 };
  expect(agreementSentence({ people, rows: null, isReliable: false, by: "people" })).toContain(
    "in another order than the trace: rank agreement for people −0.20 (95 % interval −0.90 to 0.50), 5 of them.",
  );
  expect(notReliable({ by: "people" })).toMatch(/^The bars put people/);
  expect(notReliable({ by: "rows" })).toMatch(/^The bars put rows/);
  // A rough trace judges nothing.
  expect(agreementSentence({ people, rows: null, isReliable: null, by: null })).toMatch(
    /^The bars beside the trace, which cannot judge them here: rank/,
  );
  expect(agreementSentence({ people: null, rows: null, isReliable: null, by: null })).toMatch(/too little/);
});

test("signs are compared only where retraining has one", () => {
  const at = (id: string, low: number, high: number) => ({ id, low, high });
  const retrained = [at("a", 0.1, 0.2), at("b", -0.3, -0.1), at("c", -0.1, 0.1)];
  const bars = [at("a", 0.1, 0.4), at("b", 0.1, 0.2), at("c", 0.1, 0.2)];
  const traced = [at("a", 0.1, 0.4), at("b", -0.2, -0.1)];
  expect(retrainedSentence(retrained, bars, traced)).toBe(
    "Of 2 checks by retraining with a clear sign, the bars in 1, the trace in 2 claimed the same.",
  );
  expect(retrainedSentence(retrained.slice(0, 1), bars, [])).toBe(
    "Of the one check by retraining with a clear sign, the bars in 1 claimed the same.",
  );
  expect(retrainedSentence(retrained.slice(2), bars, traced)).toBeNull();
});
