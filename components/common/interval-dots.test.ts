import { expect, test } from "vitest";
import { dotAxis } from "./interval-dots";

const tenths = (values: number[]) => dotAxis(values).ticks.map((tick) => Math.round(tick * 10));

test("the axis takes in every interval, its ends are whole tenths, and it always has zero", () => {
  expect(tenths([-0.33, -0.27, 0.12])).toEqual([-4, -2, 0, 2]);
  expect(tenths([-0.25, 0.05])).toEqual([-3, -2, -1, 0, 1]);
  const { scale } = dotAxis([-0.33, 0.12]);
  expect([scale(-0.4), scale(0.2)].map(Math.round)).toEqual([2, 98]);
});

test("where nothing changed there is a tenth on each side of zero", () => {
  expect(tenths([0, 0])).toEqual([-1, 0, 1]);
});
