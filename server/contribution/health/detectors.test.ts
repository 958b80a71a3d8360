import { expect, test } from "vitest";
import { heldOut } from "./detector-set/held-out";
import { kindsIn, measure } from "./detector-set/measure";

test("the held-out set is large, and recall and precision on it are what is published", () => {
  const lines = heldOut();
  expect(lines.length).toBeGreaterThanOrEqual(500);
  const { kinds, all } = measure(lines);
  for (const { kind, precision, recall } of kinds) {
    expect([kind, recall!.value >= 0.95]).toEqual([kind, true]);
    expect([kind, precision!.value >= 0.9]).toEqual([kind, true]);
  }
  expect([all.found, all.missed, all.wrong]).toEqual([397, 0, 4]);
});

test("a refrain of listed words is no seed phrase, and takes no time", () => {
  const began = performance.now();
  for (let i = 0; i < 1000; i += 1) expect(kindsIn("long ".repeat(30)).size).toBe(0);
  expect(performance.now() - began).toBeLessThan(2000);
});
