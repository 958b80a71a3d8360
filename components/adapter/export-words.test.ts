import { expect, test } from "vitest";
import { testedSentence } from "./export-words";

const report = {
  dtype: "float16",
  answers: 8,
  equal: 8,
  recorded: 8,
  maxLogitDifference: 0.00213,
  tolerance: 0.1,
  tokenizer: "same",
};

test("an export says which answers it was compared with", () => {
  expect(testedSentence(report)).toBe(
    "16-bit numbers (f16); read back, it gave 8 of 8 recorded golden answers to the letter; no score behind a word moved by more than 0.0021 (0.1 allowed).",
  );
  const anew = testedSentence({ ...report, recorded: 6 });
  expect(anew).toContain(
    "8 of 8 answers to the letter as base and adapter give them on the training machine",
  );
  expect(anew).toContain("base and adapter themselves gave 6 of 8 again there.");
  expect(anew).not.toContain("8 of 8 recorded");
  const { recorded: _, ...older } = report;
  expect(testedSentence(older)).toContain("Whether those are the recorded golden answers was not kept.");
});
