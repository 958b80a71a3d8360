import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, expect } from "vitest";
import type { Problem } from "./codes";
import { type Pair, pairsOf } from "./fuzz/good-file";
import { workbookFile } from "./fuzz/office-file";
import { Random } from "./fuzz/random";
import { type IntakeOptions, intakeFile } from "./intake";

/** Of the tests over `bad-inputs.md`: files made from seeds, read whole, each with its sum. */
export const folder = mkdtempSync(join(tmpdir(), "bad-inputs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** So many variants of each row of the list, each from a seed of its own. */
const VARIANTS = 12;
let files = 0;

/** Reads a file of this name, and holds its sum to it: kept + repaired + set aside = uploaded. */
export async function read(name: string, content: Uint8Array | string, options: IntakeOptions = {}) {
  files += 1;
  const path = join(folder, String(files));
  writeFileSync(path, content);
  const result = await intakeFile(path, { name, scratch: folder, ...options });
  rmSync(path);
  const { uploaded, kept, repaired, setAside } = result.rows;
  expect(kept + repaired + setAside).toBe(uploaded);
  expect([result.kept.length, result.setAside.length]).toEqual([kept, setAside]);
  for (const { fix } of result.problems) expect(fix).toMatch(/\S/);
  return result;
}

export const said = ({ code, row, column, message }: Problem) => ({ code, row, column, message });
/** What a file is refused with; then none of its rows counts, and a fix is said. */
export const refusal = async (name: string, content: Uint8Array | string, options?: IntakeOptions) => {
  const { problem, rows, kept } = await read(name, content, options);
  expect(rows).toEqual({ uploaded: 0, kept: 0, repaired: 0, setAside: 0 });
  expect(kept).toEqual([]);
  expect(problem?.fix).toMatch(/\S/);
  return problem && said(problem);
};
export const refused = (code: string, message: string) => ({ code, row: null, column: null, message });

/** Runs `check` with the random numbers of each seed. */
export async function variants(check: (random: Random, seed: number) => Promise<void>) {
  for (let seed = 1; seed <= VARIANTS; seed += 1) await check(new Random(seed), seed);
}

/** The same two columns as every kind of table that is read. */
export function tables(pairs: readonly Pair[], names: readonly [string, string] = ["prompt", "answer"]) {
  const objects = pairs.map(({ prompt, answer }) => ({ [names[0]]: prompt, [names[1]]: answer }));
  const cells = [[...names], ...pairs.map(({ prompt, answer }) => [prompt, answer])];
  const columnData = [
    { name: names[0], data: pairs.map(({ prompt }) => prompt), type: "STRING" as const },
    { name: names[1], data: pairs.map(({ answer }) => answer), type: "STRING" as const },
  ];
  return [
    ["a.csv", csv(cells)],
    ["a.jsonl", objects.map((one) => JSON.stringify(one)).join("\n")],
    ["a.json", JSON.stringify(objects, null, 1)],
    ["a.xlsx", workbookFile({ Rows: cells })],
    ["a.parquet", Buffer.from(parquetWriteBuffer({ columnData }))],
  ] as const;
}

/** Good pairs with one that a test breaks at `bad`, from 0. */
export const around = (random: Random) => {
  const pairs = pairsOf(random, random.int(2, 12));
  return { pairs, bad: random.int(0, pairs.length - 1) };
};
export const csv = (rows: readonly string[][], delimiter = ",") =>
  rows.map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter)).join("\n");
