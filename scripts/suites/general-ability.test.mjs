import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { makeSuite, SUITE_FILE, suiteText } from "./general-ability.mjs";

test("the committed suite is what WordNet and the seed make, to the byte", () => {
  expect(suiteText(makeSuite())).toBe(readFileSync(SUITE_FILE, "utf8"));
});

test("no question is asked twice, and of four choices exactly one is right", () => {
  const { items } = makeSuite();
  expect(new Set(items.map(({ prompt }) => prompt)).size).toBe(items.length);
  for (const { choices, accepted } of items) {
    if (!choices) continue;
    expect(new Set(choices).size).toBe(4);
    expect(choices.filter((choice) => accepted.includes(choice))).toHaveLength(1);
  }
});
