import { expect, it } from "vitest";
import { marks, nearestTo, nextPlace, placeIn } from "./topic-plot";

const cross = [
  { x: 0, y: 0 },
  { x: 10, y: 1 },
  { x: -10, y: 0 },
  { x: 0, y: 10 },
  { x: 30, y: 0 },
];

it("fits places into the box with one scale for both directions, up being up", () => {
  const places = placeIn(
    [
      { x: -1, y: 0 },
      { x: 1, y: 0.5 },
    ],
    { width: 224, height: 124 },
  );
  expect(places).toEqual([
    { x: 12, y: 87 },
    { x: 212, y: 37 },
  ]);
  expect(placeIn([{ x: 3, y: 3 }], { width: 100, height: 60 })).toEqual([{ x: 50, y: 30 }]);
  expect(placeIn([], { width: 100, height: 60 })).toEqual([]);
});

it("finds what lies under the pointer, and nothing far away", () => {
  expect(nearestTo(cross, { x: 9, y: 0 }, 5)).toBe(1);
  expect(nearestTo(cross, { x: 20, y: 20 }, 5)).toBeNull();
});

it("walks by arrow keys to the nearest place of each quarter, and stays at the edge", () => {
  expect(["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"].map((key) => nextPlace(cross, 0, key))).toEqual([
    1,
    2,
    3,
    null,
  ]);
  expect(nextPlace(cross, 1, "ArrowRight")).toBe(4);
  expect([nextPlace(cross, 0, "Home"), nextPlace(cross, 0, "End")]).toEqual([2, 4]);
  expect(nextPlace(cross, 0, "Tab")).toBeNull();
});

it("draws every mark of a series into one path", () => {
  expect(
    marks(
      "square",
      [
        { x: 5, y: 5.04 },
        { x: 20, y: 20 },
      ],
      2,
    ),
  ).toBe("M3 3h4v4h-4zM18 18h4v4h-4z");
});
