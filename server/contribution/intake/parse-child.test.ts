import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runParseChild } from "./run-parse-child";

const folder = mkdtempSync(join(tmpdir(), "parse-child-"));
const entry = join(folder, "parse-child.mjs");
const root = fileURLToPath(new URL("../../..", import.meta.url));
const source = join(folder, "big.csv");
const paths = {
  keptPath: join(folder, "kept.jsonl"),
  setAsidePath: join(folder, "set-aside.jsonl"),
  findingsPath: join(folder, "findings.jsonl"),
};
const job = (path: string) => ({ path, options: { name: "big.csv" }, ...paths });

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
  const lines = ["prompt,answer"];
  for (let i = 0; i < 100_000; i += 1) {
    lines.push(
      i % 1000 === 999
        ? `row ${i},a,extra`
        : `"What is thing number ${i}, in ${"long ".repeat(30)}words?",answer ${i}`,
    );
  }
  writeFileSync(source, lines.join("\n"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lineCount = (path: string) => readFileSync(path, "utf8").split("\n").length - 1;

test("reads 100,000 rows (19 MB) within 64 MB of heap, with progress", { timeout: 240_000 }, async () => {
  const seen: number[] = [];
  const summary = await runParseChild({
    entry,
    job: job(source),
    memoryMb: 64,
    onProgress: ({ rows }) => seen.push(rows),
  });
  expect(summary.problem).toBeNull();
  expect(summary.rows).toEqual({ uploaded: 100_000, kept: 99_900, repaired: 0, setAside: 100 });
  expect(summary.counts).toEqual({ CSV_FIELDS: 100 });
  expect([lineCount(paths.keptPath), lineCount(paths.setAsidePath)]).toEqual([99_900, 100]);
  expect(seen.at(-1)).toBe(100_000);
  const first = JSON.parse(readFileSync(paths.keptPath, "utf8").split("\n")[0]!);
  expect(first).toMatchObject({ rowNumber: 1, line: 2, answer: "answer 0" });
});

test("is killed when the time is up", async () => {
  const summary = await runParseChild({ entry, job: job(source), timeLimitMs: 150 });
  expect(summary.problem?.code).toBe("PARSE_TIMEOUT");
  expect(summary.rows).toEqual({ uploaded: 0, kept: 0, repaired: 0, setAside: 0 });
});

test("is killed on request", async () => {
  const controller = new AbortController();
  const reading = runParseChild({ entry, job: job(source), signal: controller.signal });
  setTimeout(() => controller.abort(), 100);
  await expect(reading).rejects.toThrow(/abort/i);
});

test("line separators in names and texts do not break the talk with the child", async () => {
  const odd = join(folder, "odd.jsonl");
  writeFileSync(odd, '{"the\u2028prompt":"line\u2029one","answer":"a"}\n');
  const options = { name: "odd.jsonl", mapping: { prompt: "the\u2028prompt", answer: "answer" } };
  const summary = await runParseChild({ entry, job: { ...job(odd), options } });
  expect(summary).toMatchObject({ problem: null, mapping: options.mapping, rows: { kept: 1 } });
  expect(JSON.parse(readFileSync(paths.keptPath, "utf8")).prompt).toBe("line\u2029one");
});

test("a reader that cannot even start is a refusal in words", async () => {
  const summary = await runParseChild({ entry: join(folder, "none.mjs"), job: job(source) });
  expect(summary.problem?.message).toBe("Reading the file was stopped: the reader ended unexpectedly.");
});

test("a file that vanished is a refusal in words", async () => {
  const summary = await runParseChild({ entry, job: job(join(folder, "none.csv")) });
  expect(summary.problem?.code).toBe("FILE_UNREADABLE");
});
