import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BOMBS } from "./fuzz/bombs";
import { measure } from "./fuzz/measure";

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

test.each(BOMBS)(
  "$name keeps its memory and its time",
  { timeout: 120_000 },
  async ({ file, make, code, sentence }) => {
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
