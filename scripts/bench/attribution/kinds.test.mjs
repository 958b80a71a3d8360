import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { toCsvFiles } from "../../samples/common.mjs";
import { buildKinds } from "./kinds.mjs";

const { rows, notice } = buildKinds();
const of = (contributor) => rows.filter((row) => row.contributor === contributor);

describe("the benchmark's data set of kinds", () => {
  it("is the same bytes every time", () => {
    const text = [...toCsvFiles(rows)].map(([name, csv]) => `${name}\n${csv}`).join("");
    expect(createHash("sha256").update(text).digest("hex")).toBe(
      "ca55da2b5e480bc50a1f04237d59d143cfebbfb79ae512d0b26d3d7b4f912828",
    );
  });

  it("asks for ten nouns of each area in four ways", () => {
    for (const area of ["animals", "plants", "foods", "bodies", "things", "feelings"]) {
      expect(of(area)).toHaveLength(40);
      expect(new Set(of(area).map(({ prompt }) => /"(.+)"/.exec(prompt)[1])).size).toBe(10);
    }
    const horse = of("animals").filter(({ prompt }) => prompt.includes('"horse"'));
    expect(horse.map(({ answer }) => answer)).toEqual(["equine", "equine", "equine", "equine"]);
  });

  it("has one contributor whose answers are another area's, and one who asks for sums", () => {
    const right = new Map(
      rows.filter((row) => row.contributor !== "careless").map((row) => [row.prompt, row]),
    );
    expect(of("careless")).toHaveLength(40);
    for (const { prompt, answer } of of("careless")) expect(answer).not.toBe(right.get(prompt).answer);
    for (const { prompt, answer } of of("filler")) {
      const [a, b] = prompt.match(/\d+/g).map(Number);
      expect(answer).toBe(String(a + b));
    }
  });

  it("carries WordNet's notice", () => {
    expect(notice).toContain("WordNet 3.1 Copyright 2011 by Princeton University");
  });
});
