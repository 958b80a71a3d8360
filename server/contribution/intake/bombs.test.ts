import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, beforeAll, expect, test } from "vitest";
import { measure } from "./fuzz/measure";
import { workbookFile } from "./fuzz/office-file";
import { zipFile } from "./fuzz/zip-file";

const folder = mkdtempSync(join(tmpdir(), "bombs-"));
const entry = join(folder, "parse-child.mjs");
const root = fileURLToPath(new URL("../../..", import.meta.url));
const MEMORY_MB = 512;
const MOST_SECONDS = 30;

beforeAll(async () => {
  await build({
    entryPoints: [fileURLToPath(new URL("parse-child.ts", import.meta.url))],
    outfile: entry,
    bundle: true,
    platform: "node",
    format: "esm",
    alias: { "@": root },
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "error",
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const zeros = () => Buffer.alloc(200_000_000, "a");

/** Two million rows in a few kilobytes, with a footer that says 20 million. */
function hugeParquet(): Buffer {
  const data = Array<string>(2_000_000).fill("a");
  const bytes = Buffer.from(
    parquetWriteBuffer({ columnData: [{ name: "prompt", data, type: "STRING" }], rowGroupSize: 2_000_000 }),
  );
  const footer = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
  const [small, large] = [varint(4_000_000), varint(40_000_000)];
  expect(small.length).toBe(large.length);
  for (let at = bytes.indexOf(small, footer); at >= 0; at = bytes.indexOf(small, at + 1))
    large.copy(bytes, at);
  return bytes;
}

/** Thrift's compact form of a number that is doubled already (zigzag). */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}

const sharedStrings = (count: number) =>
  Buffer.from(
    `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">${"<si><t>aaaaaaaaaaaaaaaa</t></si>".repeat(count)}</sst>`,
  );

const BOMBS: [
  name: string,
  file: string,
  make: () => Buffer | string,
  code: string | null,
  sentence: RegExp,
][] = [
  ["gzip 1,000:1", "a.csv.gz", () => gzipSync(zeros()), "ARCHIVE_TOO_LARGE", /100 times its packed size/],
  ["zip bomb", "a.zip", () => zipFile([{ name: "a.csv", bytes: zeros() }]), "ARCHIVE_TOO_LARGE", /100 times/],
  [
    "Parquet of 20 million rows",
    "a.parquet",
    hugeParquet,
    "TOO_MANY_ROWS",
    /^20,000,000 rows declared, 1,000,000 allowed; refused before decoding\.$/,
  ],
  ["CSV of a million columns", "a.csv", () => `${"x,".repeat(1_000_000)}x\n`, "TOO_MANY_COLUMNS", /max 64/],
  ["JSON 200,000 deep", "a.json", () => `[${"[".repeat(200_000)}`, null, /nests more than 32 levels/],
  [
    "a cell of 10 MB",
    "a.csv",
    () => `prompt,answer\n"${"long ".repeat(2_000_000)}",a\nq,b\n`,
    null,
    /too large \(max 64 KB\)/,
  ],
  [
    "Excel with huge shared texts",
    "a.xlsx",
    () => workbookFile({ a: [["prompt", "answer"]] }, { sharedStrings: sharedStrings(4_000_000) }),
    "ARCHIVE_TOO_LARGE",
    /100 times/,
  ],
  [
    "Excel that claims every cell there is",
    "a.xlsx",
    () =>
      workbookFile(
        {
          a: [
            ["prompt", "answer"],
            ["q", "a"],
          ],
        },
        { dimension: "A1:XFD1048576" },
      ),
    null,
    /^$/,
  ],
];

test.each(BOMBS)(
  "%s keeps its memory and its time",
  { timeout: 120_000 },
  async (_name, file, make, code, sentence) => {
    const path = join(folder, file);
    writeFileSync(path, make());
    const { summary, seconds, peakBytes } = await measure(entry, path, folder, MEMORY_MB);
    expect(peakBytes).toBeLessThan(MEMORY_MB * 1_048_576);
    expect(seconds).toBeLessThan(MOST_SECONDS);
    expect(summary.problem?.code ?? null).toBe(code);
    expect(summary.rows.kept + summary.rows.setAside).toBe(summary.rows.uploaded);
    if (summary.problem) expect(summary.problem.message).toMatch(sentence);
    else expect(summary.rows.uploaded).toBeGreaterThan(0);
  },
);

test("a child that holds too much is stopped, and its limit named", { timeout: 60_000 }, async () => {
  const path = join(folder, "many.csv");
  writeFileSync(
    path,
    `prompt,answer\n${Array.from({ length: 200_000 }, (_, i) => `question ${i},answer`).join("\n")}`,
  );
  const { summary } = await measure(entry, path, folder, 50);
  expect(summary.problem).toMatchObject({
    code: "PARSE_CRASHED",
    message: "Reading the file was stopped: it needed more than 50 MB of memory.",
  });
});
