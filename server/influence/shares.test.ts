import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dividePoints, type Points, WHOLE } from "./shares";

type Case = { name: string; floors: number[]; improvement: number; clusters: number[]; points: Points[] };
const vectors = new URL("../../contracts/vectors/shares.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(vectors, "utf8")) as { cases: Case[] };

test.each(cases)("shares are those of the runner: $name", ({ floors, improvement, clusters, points }) => {
  expect(dividePoints(floors, improvement, clusters)).toEqual(points);
});

test("whatever the values, the shares sum exactly and none is negative", () => {
  let state = 7;
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  for (let round = 0; round < 500; round++) {
    const n = 1 + Math.floor(next() * 30);
    const floors = Array.from({ length: n }, () => next() - 0.5);
    const clusters = Array.from({ length: n }, () => 1 + Math.floor(next() * 50));
    const points = dividePoints(floors, 4 * next() - 1, clusters);
    expect(points.reduce((sum, { total }) => sum + total, 0)).toBe(WHOLE);
    for (const { certain, pool, total } of points) {
      expect(certain + pool).toBe(total);
      expect(Math.min(certain, pool)).toBeGreaterThanOrEqual(0);
    }
  }
});
