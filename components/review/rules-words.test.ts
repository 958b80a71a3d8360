import { expect, test } from "vitest";
import { chanceSentence, partOf, rulesSentences, timesIn } from "./rules-words";

test("a share is said of 100 where it is a whole number of them, else of 1,000", () => {
  expect([0.05, 0.07, 0.29, 0.045, 0.001, 0.205].map(partOf)).toEqual([
    "5 in 100",
    "7 in 100",
    "29 in 100",
    "45 in 1,000",
    "1 in 1,000",
    "205 in 1,000",
  ]);
});

test("a chance is said in the fewest parts that come within 2 in 100 of it", () => {
  expect([0.25, 0.5, 0.6, 0.05, 0.974, 0.98, 0.335, 0.003, 0.999].map(timesIn)).toEqual([
    "1 time in 4",
    "1 time in 2",
    "3 times in 5",
    "1 time in 20",
    "97 times in 100",
    "98 times in 100",
    "1 time in 3",
    "nearly never",
    "nearly always",
  ]);
});

test("the operating characteristic is one sentence", () => {
  const decided = { accepted: 0.2502, meanReads: 58.6 };
  expect(chanceSentence({ rate: 0.05, decided })).toBe(
    "A file with 5 in 100 bad rows is accepted 1 time in 4, after about 60 reads.",
  );
  expect(chanceSentence({ rate: 0.205, decided: null })).toBe(
    "A file with 205 in 1,000 bad rows often takes more than 2,000 reads to decide.",
  );
});

test("no second reader and no known-answer item have sentences of their own", () => {
  const rules = { acceptableRate: 0.01, rejectableRate: 0.08, leastSampled: 62, chances: [] };
  expect(rulesSentences({ ...rules, doubleShare: 0.1, knownShare: 0.07 }).slice(0, 2)).toEqual([
    "Of 100 rows, two people read 10 without seeing each other’s decision.",
    "Of 100 rows that a validator gets, about 7 are known-answer items.",
  ]);
  expect(rulesSentences({ ...rules, doubleShare: 0, knownShare: 0 }).slice(0, 2)).toEqual([
    "Each row is read by one person.",
    "No known-answer items are mixed in among the rows.",
  ]);
});
