import { expect, test } from "vitest";
import { sharesSentence } from "./shares-words";

test("what is certain, what is not and where it goes", () => {
  expect(sharesSentence({ isReliable: true, pool: 4250, clusters: 1812 })).toBe(
    "5,750 of 10,000 points are certain, by the lower ends of the intervals; 4,250 cannot be attributed to anybody and go in equal parts to the 1,812 clusters of near-copies, each to whoever brought it first.",
  );
  expect(sharesSentence({ isReliable: null, pool: 10_000, clusters: 20 })).toMatch(
    /^None of it is anybody’s for certain; 10,000 cannot .+ Neither retraining nor a trace has confirmed/,
  );
  expect(sharesSentence({ isReliable: true, pool: 0, clusters: 20 })).toBe(
    "10,000 of 10,000 points are certain, by the lower ends of the intervals.",
  );
});

test("unreliable scores divide nothing", () => {
  expect(sharesSentence({ isReliable: false, pool: 10_000, clusters: 20 })).toMatch(
    /^The scores are not reliable here, so nothing .+ all 10,000 points go in equal parts to the 20 clusters/,
  );
});
