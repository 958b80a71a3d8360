import { expect, test } from "vitest";
import { nextItem } from "./menu-keys";

const labels = ["Account", "Backup", "Back up a key", "Sign out"];

test("arrows go round, Home and End go to the ends", () => {
  expect(nextItem(labels, 3, "ArrowDown")).toBe(0);
  expect(nextItem(labels, 0, "ArrowUp")).toBe(3);
  expect(nextItem(labels, -1, "ArrowUp")).toBe(3);
  expect(nextItem(labels, 2, "Home")).toBe(0);
  expect(nextItem(labels, 0, "End")).toBe(3);
});

test("a letter goes to the next item that begins with it", () => {
  expect(nextItem(labels, 0, "b")).toBe(1);
  expect(nextItem(labels, 1, "B")).toBe(2);
  expect(nextItem(labels, 2, "b")).toBe(1);
  expect(nextItem(labels, 0, "x")).toBeNull();
});

test("other keys, and an empty list, lead nowhere", () => {
  expect(nextItem(labels, 0, "Enter")).toBeNull();
  expect(nextItem(labels, 0, " ")).toBeNull();
  expect(nextItem([], 0, "ArrowDown")).toBeNull();
});
