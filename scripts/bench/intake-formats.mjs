import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { bundle } from "../lib/build.mjs";

export const summary =
  "one file of each format through the reading child: rows a second and its peak memory (--rows N, --only csv,xlsx, --json)";

const ENTRY = "server/contribution/intake/fuzz/measure.ts";
const KINDS = ["csv", "tsv", "jsonl", "json", "parquet", "xlsx"];

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      rows: { type: "string", default: "100000" },
      only: { type: "string", default: KINDS.join(",") },
      json: { type: "boolean", default: false },
    },
  });
  const rows = Number(values.rows);
  if (!Number.isInteger(rows) || rows < 1) throw new Error("--rows is a whole number from 1.");
  const entry = await bundle("parse-child");
  const { bigFile, measure } = await import(
    pathToFileURL(await bundle("intake-measure", { entry: ENTRY })).href
  );
  const folder = mkdtempSync(join(tmpdir(), "intake-formats-"));
  const found = [];
  try {
    for (const kind of values.only.split(",")) {
      const path = join(folder, `big.${kind}`);
      writeFileSync(path, bigFile(kind, rows));
      const { summary: read, seconds, cpuSeconds, peakBytes } = await measure(entry, path, folder);
      if (read.problem) throw new Error(`${kind}: ${read.problem.code}: ${read.problem.message}`);
      const one = {
        kind,
        fileBytes: statSync(path).size,
        rows: read.rows,
        seconds,
        cpuSeconds,
        rowsPerSecond: read.rows.uploaded / seconds,
        peakBytes,
      };
      found.push(one);
      if (!values.json) console.log(line(one));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (values.json) console.log(JSON.stringify(found));
}

const line = ({ kind, fileBytes, rows, seconds, cpuSeconds, rowsPerSecond, peakBytes }) =>
  `${kind.padEnd(8)} ${(fileBytes / 1e6).toFixed(1).padStart(6)} MB  ${rows.kept.toLocaleString("en")} of ${rows.uploaded.toLocaleString("en")} rows kept  ` +
  `${seconds.toFixed(2).padStart(6)} s  ${Math.round(rowsPerSecond).toLocaleString("en").padStart(8)} rows/s  ${cpuSeconds.toFixed(2)} s of CPU  peak ${(peakBytes / 1e6).toFixed(0)} MB`;
