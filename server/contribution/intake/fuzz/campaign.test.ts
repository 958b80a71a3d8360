import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { IntakeSummary } from "../intake";
import { checkFile, runCampaign } from "./campaign";
import { goodFile, KINDS } from "./good-file";
import { Random } from "./random";

const folder = mkdtempSync(join(tmpdir(), "campaign-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(KINDS)("a good %s file is read whole, packed or not", { timeout: 60_000 }, async (kind) => {
  for (let seed = 1; seed <= 25; seed += 1) {
    const file = goodFile(new Random(seed), kind);
    const seen: IntakeSummary[] = [];
    expect(await checkFile(file, folder, (summary) => seen.push(summary))).toBeNull();
    expect({ seed, name: file.name, ...seen[0] }).toMatchObject({
      problem: null,
      rows: { uploaded: file.rows, kept: file.rows, setAside: 0 },
    });
  }
});

test("2,000 generated files: nothing throws, one known code, every row accounted for", {
  timeout: 240_000,
}, async () => {
  const report = await runCampaign({ cases: 2_000, seed: 1 });
  expect(report.failures).toEqual([]);
  expect(report.rows.kept + report.rows.setAside).toBe(report.rows.uploaded);
  // Guards the generator: many files must be read, and many must be refused for different reasons.
  expect(report.codes.ok).toBeGreaterThan(700);
  expect(Object.keys(report.codes).length).toBeGreaterThan(15);
});

/** Files that a campaign of 100,000 found, each of which once left something behind, ended the process, never ended or was told in the words of our code. */
test.each([
  [105714, "PARQUET_CORRUPT"],
  [230311, "DOCUMENT_EMPTY"],
  [230481, "PARQUET_CORRUPT"],
  [231962, "PARQUET_CORRUPT"],
  [276699, "FILE_CORRUPT"],
  [403169, "PARQUET_CORRUPT"],
])("the file of seed %i is refused with %s", async (seed, code) => {
  const report = await runCampaign({ cases: 1, seed });
  expect(report.failures).toEqual([]);
  expect(report.codes).toEqual({ [code]: 1 });
});
