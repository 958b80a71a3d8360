import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Random } from "../detector-set/random";
import { type FarCandidate, NearIndex, type NearPair } from "./near-index";
import { searchSegment } from "./search-segment";
import { writeSegment } from "./segment";
import { sortKeys } from "./sort-keys";
import { Spill } from "./spill";

const random = new Random(11);
const word = () => random.text("abcdefghijklmnopqrstuvwxyz", 3 + random.below(7));
const text = (words: number) => Array.from({ length: words }, word).join(" ");
/** One word in `every` replaced. */
const edited = (from: string, every: number) =>
  from
    .split(" ")
    .map((each, i) => (i % every === every - 1 ? word() : each))
    .join(" ");

test("pairs planted in each length are found among strangers, and nothing else", () => {
  const index = new NearIndex();
  const planted: [number, number][] = [];
  let row = 0;
  for (const words of [6, 12, 30, 48, 52, 80, 200])
    for (let i = 0; i < 60; i += 1) {
      const first = text(words);
      index.add(++row, first, row);
      index.add(++row, edited(first, 12), row);
      if (words >= 12) planted.push([row, row - 1]);
    }
  const found: NearPair[] = [];
  index.finish({ near: (pair) => found.push(pair) });
  index.close();
  const pairs = new Set(found.map(({ row, other }) => `${row} ${other}`));
  const hits = planted.filter(([a, b]) => pairs.has(`${a} ${b}`));
  expect(hits.length / planted.length).toBeGreaterThan(0.97);
  expect(found.filter(({ row, other }) => row - other !== 1 || row % 2 === 1)).toEqual([]);
});

test("rows of one template are not near-duplicates of each other", () => {
  const index = new NearIndex();
  for (let row = 1; row <= 2000; row += 1)
    index.add(row, `What is the plural of the noun ${text(1)}${text(1)}?`, row);
  const found: NearPair[] = [];
  index.finish({ near: (pair) => found.push(pair) });
  expect(found.length).toBeLessThan(20);
});

test("a segment on disk gives back what a later file resembles, searched or read through", () => {
  const folder = mkdtempSync(join(tmpdir(), "near-"));
  const path = join(folder, "a.seg");
  const texts = Array.from({ length: 3000 }, () => text(20));
  const first = new NearIndex();
  for (const [i, each] of texts.entries()) first.add(i + 1, each, i + 1);
  first.finish({ near: () => {}, segmentPath: path });
  for (const many of [5, 500]) {
    const second = new NearIndex();
    for (let i = 0; i < many; i += 1)
      second.add(i + 1, i % 2 === 0 ? edited(texts[i * 5]!, 15) : text(20), 0x7fff0000 + i);
    const far: FarCandidate[] = [];
    second.finish({ near: () => {}, far: (one) => far.push(one), against: [{ contributionId: "c", path }] });
    for (let i = 0; i < many; i += 2)
      expect(far).toContainEqual({ row: i + 1, contributionId: "c", otherRow: i * 5 + 1 });
  }
  rmSync(folder, { recursive: true });
});

test("keys are sorted as unsigned numbers, a segment is found key by key, a spill reads across its end", () => {
  const keys = Uint32Array.from({ length: 200_000 }, () => Math.floor(random.next() * 2 ** 32));
  const sorted = sortKeys(
    keys.slice(),
    Uint32Array.from(keys, (_, i) => i),
  );
  expect(sorted.keys).toEqual(keys.slice().sort());
  const folder = mkdtempSync(join(tmpdir(), "near-"));
  const path = join(folder, "b.seg");
  const writer = writeSegment(path);
  writer.band(sorted.keys, sorted.values);
  writer.close();
  const asked = Uint32Array.from([keys[7]!, keys[77]!, keys[777]!]).sort();
  const rows: number[] = [];
  searchSegment(path, 0, asked, (_, row) => rows.push(row));
  expect(rows.sort((a, b) => a - b)).toEqual([7, 77, 777]);
  rmSync(folder, { recursive: true });
  const spill = new Spill();
  const piece = new Int32Array(1_000_000);
  for (let i = 0; i < 5; i += 1) spill.append(piece.fill(i));
  expect([...spill.read(3_999_998, new Int32Array(4))]).toEqual([3, 3, 4, 4]);
  expect([...spill.read(999_999, new Int32Array(2))]).toEqual([0, 1]);
  spill.close();
});
