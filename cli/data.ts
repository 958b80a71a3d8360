import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { canonicalJson, sha256Hex } from "@/server/chain/hash";
import { type IntakeResult, intakeFile } from "@/server/contribution/intake/intake";
import { plainProblem } from "@/server/contribution/intake/report";
import type { IntakeRow } from "@/server/contribution/intake/rows";
import { CLUSTERS_FOR_VERDICT } from "@/server/snapshot/split/sizes";
import { type Split, splitRows } from "@/server/snapshot/split/split";
import { inputLines } from "@/server/training-run/input-lines";
import type { DataFile, RunArguments } from "./arguments";
import { Failure } from "./failure";
import { problemLines } from "./validate";

type Row = IntakeRow & { id: string; leaf: string; contributor: string; contribution: string };
export type RowTotals = { uploaded: number; kept: number; repaired: number; setAside: number };
export type RunData = {
  rows: RowTotals;
  counts: Record<string, number>;
  /** Every row that was set aside, with the file it stands in. */
  problems: (ReturnType<typeof plainProblem> & { file: string; raw: string })[];
  /** Every contribution, in the order it was brought. */
  contributions: string[];
  labels: string[];
  /** Of goal fields, else empty. */
  fields: readonly string[];
  split: Split;
  manifest: string;
  lines: ReturnType<typeof inputLines>;
};

const LEAST_TRAINING_ROWS = 10;
const MOST_LABELS = 64;

/** Reads the files, splits their rows, and writes what the recipes read. Throws Failure for input that cannot be used. */
export async function readData(
  options: RunArguments,
  maxBytes: number | undefined,
  say: (line: string) => void,
): Promise<RunData> {
  const rows: Row[] = [];
  const totals: RowTotals = { uploaded: 0, kept: 0, repaired: 0, setAside: 0 };
  const counts: Record<string, number> = {};
  const problems: RunData["problems"] = [];
  const hashes: string[] = [];
  let fields: readonly string[] = options.fields ?? [];
  const names = uniqueNames(options.data.map((file) => basename(file.path)));
  for (const [i, file] of options.data.entries()) {
    const name = names[i]!;
    const { goal, mapping, encoding } = options;
    const named = fields.length > 0 ? { fields } : {};
    const result = await intakeFile(file.path, { goal, ...named, mapping, encoding, maxBytes });
    if (result.problem !== null) throw refused(file, result.problem);
    // The first file names them for the others.
    fields = result.fields;
    tell(name, file, result, say);
    for (const key of ["uploaded", "kept", "repaired", "setAside"] as const) totals[key] += result.rows[key];
    for (const [code, n] of Object.entries(result.counts)) counts[code] = (counts[code] ?? 0) + n;
    problems.push(
      ...result.setAside.map(({ problem, raw }) => ({ file: name, ...plainProblem(problem), raw })),
    );
    const fileHash = await sha256OfFile(file.path);
    const repeat = hashes.filter((hash) => hash === fileHash).length;
    hashes.push(fileHash);
    for (const row of result.kept) {
      const leaf = sha256Hex([row.rowHash, file.contributor, fileHash, row.rowNumber, repeat].join("\n"));
      rows.push({
        ...row,
        id: `${name}:${row.rowNumber}`,
        leaf,
        contributor: file.contributor,
        contribution: name,
      });
    }
  }
  const labels = options.goal === "label" ? labelsOf(rows) : [];
  // No secret is needed where all data are one's own; the same files give the same split on any machine.
  const split = splitRows(rows, {
    key: sha256Hex(`modelfactory.split/shell\n${[...hashes].sort().join("\n")}`),
  });
  checkSizes(split);
  const placed = rows.map((row, i) => toInput(row, split.rows[i]!));
  placed.sort((a, b) => (a.leaf < b.leaf ? -1 : 1));
  const lines = inputLines(
    placed.map(({ leaf: _, ...row }) => row),
    options.goal,
  );
  return {
    rows: totals,
    counts,
    problems,
    contributions: names,
    labels,
    fields,
    split,
    manifest: canonicalJson(split.manifest),
    lines,
  };
}

function toInput(row: Row, { cluster, side, sealed }: Split["rows"][number]) {
  const { id, leaf, prompt, answer, system, category, contributor, contribution } = row;
  return { id, leaf, prompt, answer, system, category, contributor, contribution, cluster, side, sealed };
}

function refused(
  file: DataFile,
  { code, message, fix }: { code: string; message: string; fix: string },
): Failure {
  return new Failure(code, `${basename(file.path)}: ${message}`, fix);
}

function tell(name: string, file: DataFile, result: IntakeResult, say: (line: string) => void): void {
  const { uploaded, kept, setAside } = result.rows;
  say(`${name} (${file.contributor}): ${uploaded} rows, ${kept} kept, ${setAside} set aside`);
  for (const line of problemLines(result.problems)) say(line);
}

function labelsOf(rows: readonly Row[]): string[] {
  const labels = [...new Set(rows.map((row) => row.answer))].sort();
  if (rows.length > 0 && labels.length < 2) {
    throw new Failure(
      "LABELS_TOO_FEW",
      `Every row has the same answer, "${labels[0]}"; two labels are needed.`,
      "Add rows with another label, or use --goal answer.",
    );
  }
  if (labels.length > MOST_LABELS) {
    throw new Failure(
      "LABELS_TOO_MANY",
      `The answers hold ${labels.length} different labels; ${MOST_LABELS} are allowed.`,
      "Merge labels, check that the answer column is the right one, or use --goal answer.",
    );
  }
  return labels;
}

function checkSizes(split: Split): void {
  const { train, test } = split.manifest.counts;
  if (train >= LEAST_TRAINING_ROWS && test > 0) return;
  throw new Failure(
    "DATASET_TOO_SMALL",
    `${LEAST_TRAINING_ROWS} training rows needed, ${train} left beside a test of ${test}.`,
    `Add rows; for a verdict about ${CLUSTERS_FOR_VERDICT} different ones are needed.`,
  );
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** Two files of one name from different folders: the second is "a.csv#2". */
function uniqueNames(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name}#${times}`;
  });
}
