import { expect, test } from "vitest";
import { tallyWords } from "./tally-words";

const none = { tuned: 0, base: 0, bothGood: 0, bothBad: 0, people: 0, share: null };

test("the tally never shows a share without its n and interval, and says when it decides nothing", () => {
  expect(tallyWords(none)).toBe("Nobody has voted yet.");
  expect(tallyWords({ ...none, bothBad: 1, people: 1 })).toBe(
    "No vote has preferred one of the two. Both good 0, both bad 1; votes of one person.",
  );
  const share = { value: 0.7, n: 10, low: 0.3968, high: 0.8922 };
  expect(tallyWords({ ...none, tuned: 7, base: 3, bothGood: 2, people: 3, share })).toBe(
    "The adapter was preferred in 7 of 10 votes (95 % interval 40 to 89 of 100, so neither is ahead for certain). Both good 2, both bad 0; votes of 3 people.",
  );
  const clear = { value: 1, n: 20, low: 0.8389, high: 1 };
  expect(tallyWords({ ...none, tuned: 20, people: 2, share: clear })).toContain(
    "in 20 of 20 votes (95 % interval 84 to 100 of 100).",
  );
});
