import { createHash } from "node:crypto";
import spdxIds from "spdx-license-ids" with { type: "json" };
import { describe, expect, it } from "vitest";
import {
  buildWordnetLabels,
  CONFUSION,
  findDictDir,
  LABELS,
  LICENCE,
  toCsvFiles,
} from "./wordnet-labels.mjs";

const sample = buildWordnetLabels({ dictDir: findDictDir() });
const of = (contributor) => sample.rows.filter((row) => row.contributor === contributor);
const count = (rows) => Object.fromEntries(LABELS.map((l) => [l, rows.filter((r) => r.answer === l).length]));

describe("sample 1, WordNet labels", () => {
  it("is the same bytes every time", () => {
    const text = [...toCsvFiles(sample.rows)].map(([name, csv]) => `${name}\n${csv}`).join("");
    expect(createHash("sha256").update(text).digest("hex")).toBe(
      "81395d0b5c636e3e3712bf123bb09e8ddd7bcb0bfb4b40c076a28fd7de04f46e",
    );
  });

  it("changes with the seed", () => {
    const other = buildWordnetLabels({ dictDir: findDictDir(), seed: 6 });
    expect(other.rows[0]).not.toEqual(sample.rows[0]);
    expect(other.rows).toHaveLength(1320);
  });

  it("has five contributors of the stated sizes", () => {
    expect(sample.rows).toHaveLength(1320);
    expect(count(of("ava"))).toMatchObject({ animal: 130, plant: 130, food: 0, person: 0 });
    expect(count(of("ben"))).toMatchObject({ food: 130, body: 130, animal: 0, place: 0 });
    expect(count(of("chen"))).toMatchObject({
      person: 110,
      place: 110,
      object: 110,
      substance: 110,
      food: 0,
    });
    expect(of("dana")).toHaveLength(120);
    expect(of("eli")).toHaveLength(240);
  });

  it("lets dana repeat rows of others with small changes and never word for word", () => {
    const originals = new Map(sample.rows.map((row) => [row.id, row]));
    for (const row of of("dana")) {
      const original = originals.get(row.id.replace(/-near$/, ""));
      expect(["ava", "ben", "chen"]).toContain(original.contributor);
      expect(row.answer).toBe(original.answer);
      expect(row.prompt).not.toBe(original.prompt);
    }
  });

  it("lets eli be wrong in one direction: every label is confused with one other", () => {
    expect(Object.keys(CONFUSION)).toEqual(expect.arrayContaining(LABELS));
    // 30 texts of each label, 12 of the 240 answered rightly; nobody is confused with person, plant, body or place.
    const counts = count(of("eli"));
    expect(counts.person + counts.plant + counts.body + counts.place).toBeLessThanOrEqual(12);
    expect(counts.food).toBeGreaterThanOrEqual(78);
  });

  it("shows no definition twice outside the near-duplicates, none too short or long, none unfit", () => {
    const own = sample.rows.filter((row) => row.contributor !== "dana");
    expect(new Set(own.map((row) => row.prompt)).size).toBe(1200);
    expect(sample.synsetIds).toHaveLength(1200);
    for (const row of own) {
      expect(row.prompt.length).toBeGreaterThanOrEqual(18);
      expect(row.prompt.length).toBeLessThanOrEqual(95);
      expect(row.prompt).not.toMatch(/genus|prostitut|ethnic slur|cocaine|homosexual/i);
    }
  });

  it("carries the WordNet licence by its SPDX id, with its notice", () => {
    expect(spdxIds).toContain(LICENCE);
    expect(sample.notice).toMatch(/^This software and database is being provided to you/);
    expect(sample.notice).toContain("WordNet 3.1 Copyright 2011 by Princeton University.");
    expect(sample.notice).toMatch(/LICENSEE agrees to preserve same\.\n$/);
  });
});
