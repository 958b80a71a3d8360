import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { findDictDir, toCsvFiles } from "./common.mjs";
import { buildWordForms, careless } from "./wordnet-word-forms.mjs";

const sample = buildWordForms({ dictDir: findDictDir() });
const of = (contributor) => sample.rows.filter((row) => row.contributor === contributor);

describe("sample 2, word forms", () => {
  it("is the same bytes every time", () => {
    const files = toCsvFiles(sample.rows, ["prompt", "answer", "source"]);
    const text = [...files].map(([name, csv]) => `${name}\n${csv}`).join("");
    expect(createHash("sha256").update(text).digest("hex")).toBe(
      "f3ca5db23e8a0c9d098316fde11c22bc93452de6af24db7a8bdc163f71bf3f0c",
    );
  });

  it("changes with the seed", () => {
    const other = buildWordForms({ dictDir: findDictDir(), seed: 4 });
    expect(other.rows[0]).not.toEqual(sample.rows[0]);
  });

  it("has five contributors of the stated sizes, each with endings of their own", () => {
    const sizes = ["anna", "bert", "cleo", "dora", "emil"].map((name) => of(name).length);
    expect(sizes).toEqual([388, 203, 455, 80, 240]);
    const first = (rows) => rows.filter((row) => !row.id.endsWith("-also"));
    for (const { answer } of first(of("anna"))) expect(answer).toMatch(/(ation|ition)$/);
    for (const { answer } of first(of("bert"))) expect(answer).toMatch(/ion$/);
    for (const { answer } of first(of("cleo"))) expect(answer).not.toMatch(/ion$/);
  });

  it("lets emil end every noun in -ness", () => {
    for (const { answer, source } of of("emil")) expect(answer).toBe(careless(source));
    expect(careless("decide")).toBe("decidness");
    expect(careless("act")).toBe("actness");
  });

  it("lets dora repeat questions of others with small changes and never word for word", () => {
    const originals = new Map(sample.rows.map((row) => [row.id, row]));
    for (const row of of("dora")) {
      const original = originals.get(row.id.replace(/-near$/, ""));
      expect(["anna", "bert", "cleo"]).toContain(original.contributor);
      expect(row.answer).toBe(original.answer);
      expect(row.prompt).not.toBe(original.prompt);
    }
  });

  it("gives a second right answer to the very same question", () => {
    const prompts = new Map(sample.rows.map((row) => [row.id, row.prompt]));
    const second = sample.rows.filter((row) => row.id.endsWith("-also"));
    expect(second.length).toBeGreaterThan(20);
    for (const row of second) expect(prompts.get(row.id.replace(/-also$/, ""))).toBe(row.prompt);
  });

  it("asks after a verb once, leaving the near-duplicates and second answers aside", () => {
    const own = sample.rows.filter((row) => !/-(also|near)$/.test(row.id));
    expect(new Set(own.map((row) => row.source)).size).toBe(own.length);
  });
});
