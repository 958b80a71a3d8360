import { expect, test } from "vitest";
import type { Removals } from "./removal-checks";
import { removalFigure } from "./removal-figure";

const all = {
  n: 16,
  fixed: 4,
  broken: 1,
  bothRight: 5,
  bothWrong: 6,
  difference: 0.1875,
  low: -0.1,
  high: 0.4,
};
const check = (name: string, result: object | null, estimate: object | null) =>
  ({ contributor: { name, address: "0x1" }, result, estimate }) as unknown as Removals["items"][number];

test("finished checks are rows of numbers, with the estimate where there was one", () => {
  const { columns, rows } = removalFigure([
    check("ann", { all: { ...all, pValue: 0.375 } }, { value: -0.5, low: -0.8, high: -0.1 }),
    check("bob", null, null),
    check("eve", { all: { ...all, pValue: 1 } }, null),
  ]);
  const values = rows.map((row) => columns.map(({ key }) => row[key]));
  expect(values).toEqual([
    ["ann", 16, 4, 1, 0.1875, -0.1, 0.4, 0.375, -0.5, -0.8, -0.1],
    ["eve", 16, 4, 1, 0.1875, -0.1, 0.4, 1, undefined, undefined, undefined],
  ]);
});
