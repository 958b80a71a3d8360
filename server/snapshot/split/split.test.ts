import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonHash, rowHash } from "@/server/chain/hash";
import { apportion, CLUSTERS_FOR_VERDICT, testSize, validationSize } from "./sizes";
import { type PreviousPlace, type Split, type SplitInput, splitRows } from "./split";

const sha = (text: string) => createHash("sha256").update(text).digest("hex");
const KEY = "the key of these tests";

/** A text that is unlike any other: eight words of hex. */
const unlike = (i: number) =>
  sha(`text ${i}`)
    .slice(0, 56)
    .replace(/(.{7})/g, "$1 ")
    .trim();
function row(prompt: string, answer = "a", extra: Partial<SplitInput> = {}): SplitInput {
  const base = { prompt, answer, category: answer, source: "", ...extra };
  const hash = rowHash(base);
  return { ...base, rowHash: hash, leaf: sha(`leaf ${hash} ${extra.leaf ?? ""}`) };
}
const many = (n: number, from = 0) =>
  Array.from({ length: n }, (_, i) => row(unlike(from + i), i % 3 === 0 ? "x" : "y"));
const previousOf = (split: Split) =>
  new Map<string, PreviousPlace>(split.rows.map((place) => [place.leaf, place]));
const onSide = (split: Split, side: string) => split.rows.filter((place) => place.side === side);

test("sizes of the sides", () => {
  expect(CLUSTERS_FOR_VERDICT).toBe(120);
  expect([1, 2, 10, 119, 120, 334, 1000, 10_000].map(testSize)).toEqual([0, 0, 4, 49, 50, 50, 150, 500]);
  expect([1, 10, 1000, 10_000].map(validationSize)).toEqual([0, 1, 100, 128]);
  expect(
    Object.fromEntries(
      apportion(
        10,
        new Map([
          ["a", 1],
          ["b", 1],
          ["c", 1],
        ]),
      ),
    ),
  ).toEqual({ a: 4, b: 3, c: 3 });
});

describe("a first split", () => {
  test("1,000 rows: the counts, the categories, a third shown", () => {
    const rows = many(1000);
    const split = splitRows(rows, { key: KEY });
    expect(split.manifest.counts).toEqual({
      train: 750,
      validation: 100,
      test: 150,
      sealed: 100,
      removed: 0,
      clusters: 1000,
      removedBy: {},
    });
    const ofX = new Set(rows.filter((r) => r.category === "x").map((r) => r.leaf));
    expect(onSide(split, "test").filter((place) => ofX.has(place.leaf))).toHaveLength(50);
    expect(split.testTooSmall).toBe(false);
  });

  test("is the same on any machine: one hash, pinned", () => {
    expect(jsonHash(splitRows(many(300), { key: KEY }).manifest)).toBe(
      "b198b59a2db5fd011819e1b127d8389d1f36592a068d2b0e6891adf75d3166d5",
    );
  });

  test("another key draws another test", () => {
    const tests = ["a", "b"].map(
      (key) => new Set(onSide(splitRows(many(400), { key }), "test").map((p) => p.leaf)),
    );
    const shared = [...tests[0]!].filter((leaf) => tests[1]!.has(leaf)).length;
    expect(shared).toBeLessThan(25);
  });

  test("a row in both train and test is removed and said so", () => {
    const rows = many(400);
    const twins = rows.map((original) => row(original.prompt.toUpperCase(), original.answer));
    const split = splitRows([...rows, ...twins], { key: KEY });
    expect(split.manifest.counts).toMatchObject({
      test: 60,
      removed: 60,
      removedBy: { duplicate_of_test: 60 },
    });
    const test = new Set(onSide(split, "test").map((place) => place.cluster));
    expect(onSide(split, "train").some((place) => test.has(place.cluster))).toBe(false);
  });

  test("a training row that shares thirteen words with a test row is removed, an instruction of all is not", () => {
    const passage = Array.from({ length: 13 }, (_, i) => `word${i}`).join(" ");
    const long = (i: number) => Array.from({ length: 8 }, (_, k) => unlike(1000 + 10 * i + k)).join(" ");
    const rule = "please sort the text below into exactly one of the labels that we gave you before";
    const rows = Array.from({ length: 300 }, (_, i) =>
      row(`${rule} ${long(i)}${i < 6 ? ` ${passage}` : ""}`),
    );
    const split = splitRows(rows, { key: "k3" });
    const withPassage = new Set(rows.slice(0, 6).map((r) => r.leaf));
    const sides = split.rows.filter((place) => withPassage.has(place.leaf)).map((place) => place.side);
    expect(sides.filter((side) => side === "test").length).toBeGreaterThan(0);
    expect(sides.every((side) => side === "test" || side === "removed")).toBe(true);
    expect(split.manifest.counts.removed).toBe(sides.filter((side) => side === "removed").length);
    expect(split.boilerplate).toBeGreaterThan(0);
  });

  test("a few rows: still split, and said to be too few", () => {
    const split = splitRows(many(30), { key: KEY });
    expect(split.manifest.counts).toMatchObject({ train: 15, validation: 3, test: 12, removed: 0 });
    expect(split.testTooSmall).toBe(true);
    expect(splitRows([], { key: KEY }).rows).toEqual([]);
    expect(splitRows(many(1), { key: KEY }).manifest.counts).toMatchObject({ train: 1, test: 0 });
  });
});

describe("a later version", () => {
  test("a row that joins a training cluster with a test cluster: the test side stays, the rest goes", () => {
    const rows = many(300);
    const first = splitRows(rows, { key: KEY });
    const promptOf = new Map(rows.map((r) => [r.leaf, r.prompt]));
    const [test, train] = ["test", "train"].map((side) => onSide(first, side)[0]!);
    // Half of one and half of the other: near to both of them.
    const half = (leaf: string, take: "first" | "last") => {
      const parts = promptOf.get(leaf)!.split(" ");
      return take === "first" ? parts.slice(0, 6) : parts.slice(2);
    };
    const bridge = row([...half(test!.leaf, "first"), ...half(train!.leaf, "last")].join(" "), "a", {
      source: "doc",
    });
    const sourced = rows.map((r) =>
      r.leaf === test!.leaf || r.leaf === train!.leaf ? { ...r, source: "doc" } : r,
    );
    const second = splitRows([...sourced, bridge], { key: KEY, previous: previousOf(first) });
    const places = previousOf(second);
    expect(places.get(test!.leaf)).toMatchObject({ side: "test", sealed: test!.sealed });
    expect(second.rows.find((place) => place.leaf === train!.leaf)).toMatchObject({
      side: "removed",
      reason: "merged_into_test",
    });
    expect(places.get(bridge.leaf)!.side).toBe("removed");
  });

  test("a near-duplicate of a test question is removed as what it is", () => {
    const rows = many(300);
    const first = splitRows(rows, { key: KEY });
    const test = onSide(first, "test")[0]!;
    const prompt = rows.find((r) => r.leaf === test.leaf)!.prompt;
    const second = splitRows([...rows, row(`this is ${prompt}`, "b")], {
      key: KEY,
      previous: previousOf(first),
    });
    expect(second.manifest.counts.removedBy).toEqual({ near_duplicate_of_test: 1 });
  });

  test("a row that asks the same as a test question in other words is removed; a form of words joins nothing", () => {
    const rows = many(300);
    const first = splitRows(rows, { key: KEY });
    const test = onSide(first, "test")[0]!;
    const other = row("quite other words for it", "b");
    const alike = [[other.leaf, test.leaf] as const, [other.leaf, "not here"] as const];
    const second = splitRows([...rows, other], { key: KEY, previous: previousOf(first), alike });
    expect(second.manifest.counts.removedBy).toEqual({ same_meaning_as_test: 1 });
    expect(second.links.meaning).toBe(1);
    const chain = (n: number) =>
      rows.slice(1, n).map(({ leaf }, i) => [leaf, rows[i]!.leaf] as [string, string]);
    expect(splitRows(rows, { key: KEY, alike: chain(30) }).manifest.counts.clusters).toBe(271);
    expect(splitRows(rows, { key: KEY, alike: chain(31) }).manifest.counts.clusters).toBe(300);
  });

  test("later rows fill what is missing", () => {
    const few = many(100);
    const first = splitRows(few, { key: KEY });
    expect(first.manifest.counts.test).toBe(41);
    const second = splitRows([...few, ...many(300, 5000)], { key: KEY, previous: previousOf(first) });
    expect(second.manifest.counts.test).toBe(60);
  });
});

/** Rows that repeat, resemble each other and share sources. */
const rowsArbitrary = fc
  .array(
    fc.record({
      text: fc.nat(40),
      change: fc.constantFrom("", "this is ", "THE "),
      answer: fc.constantFrom("x", "y", "z"),
      source: fc.constantFrom("", "", "", "doc 1", "doc 2"),
    }),
    { maxLength: 80 },
  )
  .map((list) =>
    list.map(({ text, change, answer, source }, i) =>
      row(`${change}${unlike(text)}`, answer, { source, leaf: String(i) }),
    ),
  );

describe("properties", () => {
  const check = (rows: SplitInput[], split: Split) => {
    const { counts, items, removed } = split.manifest;
    expect(counts.train + counts.validation + counts.test + counts.removed).toBe(rows.length);
    expect(items.length + removed.length).toBe(rows.length);
    expect(split.rows.map((place) => place.leaf)).toEqual(rows.map((r) => r.leaf));
    const sideOf = new Map<string, string>();
    const testClusters = new Set<string>();
    for (const { cluster, side } of items) {
      expect(sideOf.get(cluster) ?? side).toBe(side);
      sideOf.set(cluster, side);
      if (side !== "test") continue;
      expect(testClusters.has(cluster)).toBe(false);
      testClusters.add(cluster);
    }
    for (const place of split.rows) if (place.sealed) expect(place.side).toBe("test");
  };

  test("no cluster crosses sides, one test item per cluster, used + removed = all, any order gives the same", () => {
    fc.assert(
      fc.property(rowsArbitrary, fc.infiniteStream(fc.nat()), (rows, order) => {
        const split = splitRows(rows, { key: KEY });
        check(rows, split);
        const keys = new Map(rows.map((r) => [r.leaf, order.next().value as number]));
        const shuffled = [...rows].sort((a, b) => keys.get(a.leaf)! - keys.get(b.leaf)!);
        expect(splitRows(shuffled, { key: KEY }).manifest).toEqual(split.manifest);
      }),
      { numRuns: 100, seed: 3 },
    );
  });

  test("rows keep their side when others are added or taken away", () => {
    fc.assert(
      fc.property(rowsArbitrary, fc.nat(30), fc.nat(100), (rows, taken, added) => {
        const first = splitRows(rows, { key: KEY });
        const later = [...rows.slice(taken), ...many(added, 9000)];
        const second = splitRows(later, { key: KEY, previous: previousOf(first) });
        check(later, second);
        const before = previousOf(first);
        for (const place of second.rows) {
          const was = before.get(place.leaf);
          if (was === undefined || was.side === "removed" || place.side === "removed") continue;
          expect([place.side, place.sealed]).toEqual([was.side, was.sealed]);
        }
        const third = splitRows(later, { key: KEY, previous: previousOf(second) });
        expect(third.rows.map((place) => place.side)).toEqual(second.rows.map((place) => place.side));
      }),
      { numRuns: 40, seed: 4 },
    );
  });
});
