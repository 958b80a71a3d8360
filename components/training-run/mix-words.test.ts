import { expect, test } from "vitest";
import { droppedRows, droppedSentence } from "./mix-words";

test("rows kept apart are counted by reason", () => {
  expect(droppedSentence(null)).toBeNull();
  expect(droppedSentence({ nearDuplicates: 0, sharedRuns: 0, testRepeats: 0 })).toBe(
    "No row of one Datanet meets the test of another.",
  );
  const dropped = { nearDuplicates: 12, sharedRuns: 1, testRepeats: 2 };
  expect(droppedSentence(dropped)).toBe(
    "Kept apart, so that no test is trained on: 12 rows are nearly the same as a question kept apart by another " +
      "Datanet; 1 row shares 13 words in a row with one; 2 questions stand in two tests and count once.",
  );
  expect(droppedRows(dropped)).toBe(15);
});
