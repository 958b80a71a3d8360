import { expect, test } from "vitest";
import { agreementSentence, notReliable, retrainAgreementSentence, retrainedSentence } from "./trace-words";

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

test("the agreement with retrains stands beside its ceiling, and too few of them say how many are missing", () => {
  const none = { contributors: 5, n: 1, missing: 2, agreement: null, ceiling: null, isReliable: null };
  expect(retrainAgreementSentence(none)).toBe(
    "Only one contributor was checked by retraining: too few to say how far the bars agree with it. 2 more checks are needed.",
  );
  expect(retrainAgreementSentence({ ...none, n: 0, missing: 3, contributors: 2 })).toBe(
    "No training without somebody’s rows was made; with 2 contributors there is no order that retraining could confirm.",
  );
  const agreement = { rank: 0.8, low: 0.2, high: 1, n: 4 };
  expect(
    retrainAgreementSentence({ ...none, n: 4, missing: 0, agreement, ceiling: 0.914, isReliable: false }),
  ).toBe(
    "The bars put people in another order than retraining does: rank agreement 0.80 (95 % interval 0.20 to 1.00), 4 contributors. The most that can be reached is 0.91: so far such retrains agree with themselves when other questions are drawn (what other seeds would change is not in it).",
  );
  expect(notReliable({ by: "retrains" })).toMatch(/Go by the retrains/);
});
