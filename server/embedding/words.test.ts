import { expect, it } from "vitest";
import { meaningSentence } from "./words";

it("says what is pending, what is known and what will not be known", () => {
  expect(meaningSentence({ state: "pending" })).toBe(
    "Pending: its rows wait to be compared by meaning. Nothing has to wait for it.",
  );
  expect(meaningSentence({ state: "pending", rows: 1200, embedded: 64 })).toBe(
    "Pending: 64 rows read of 1,200. Nothing has to wait for it.",
  );
  expect(meaningSentence({ state: "pending", rows: 1200, embedded: 1200, compared: 1000 })).toBe(
    "Pending: 1,000 rows compared of 1,200. Nothing has to wait for it.",
  );
  const done = {
    state: "done",
    model: "m",
    rows: 100,
    unlike: 99,
    near: 1,
    against: 300,
    leftOut: 0,
  } as const;
  expect(meaningSentence(done)).toBe(
    "99 of 100 rows ask something that no earlier row asks. 1 row seems to ask what an earlier row asks, in other words.",
  );
  expect(meaningSentence({ ...done, unlike: 100, near: 0, leftOut: 5000 })).toBe(
    "100 of 100 rows ask something that no earlier row asks. 5,000 older rows of the Datanet were not looked at: 100,000 are.",
  );
  expect(meaningSentence({ state: "unavailable", code: "X", reason: "The package is not installed." })).toBe(
    "Not compared by meaning: The package is not installed. Everything else works without it.",
  );
});
