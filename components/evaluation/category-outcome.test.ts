import { expect, test } from "vitest";
import { byOutcome } from "./category-outcome";

test("what got worse stands first, then what is open, each from its lowest difference on", () => {
  const one = (category: string, fixed: number, broken: number, pHolm: number) => ({
    category,
    fixed,
    broken,
    n: 20,
    pHolm,
  });
  const found = byOutcome([
    one("food", 12, 0, 0.002),
    one("plant", 3, 1, 1),
    one("place", 0, 9, 0.02),
    one("body", 0, 4, 0.4),
    one("person", 15, 1, 0.001),
  ]);
  expect(found.map(({ outcome, items }) => [outcome, ...items.map(({ category }) => category)])).toEqual([
    ["worse", "place"],
    ["open", "body", "plant"],
    ["better", "food", "person"],
  ]);
});
