import { expect, test } from "vitest";
import { powerOf, smallestDetectable } from "./power";

// From `python -m runner.stats power --n N --discordant D` of the training runner.
test.each([
  [8, 0.2, 0.801403],
  [50, 0.2, 0.175728],
  [100, 0.2, 0.127725],
  [160, 0.2, 0.102469],
  [160, 0.3, 0.124273],
  [500, 0.2, 0.057444],
])("n = %i with %f of the answers changing finds a gain of %f", (items, discordant, gain) => {
  expect(smallestDetectable(items, discordant)).toBeCloseTo(gain, 4);
});

test("a handful of items can never find anything", () => {
  expect(smallestDetectable(4)).toBeNull();
  expect(smallestDetectable(0)).toBeNull();
});

test("takes every judged pair for a changed one", () => {
  // The sign test on 100 pairs needs 61 of one side; a true share of 64.5 % reaches that four times out of five.
  const { discordant, gain } = powerOf(100, true);
  expect(discordant).toBe(1);
  expect((1 + gain!) / 2).toBeCloseTo(0.645, 2);
  expect(powerOf(100, false).gain).toBe(smallestDetectable(100));
});
