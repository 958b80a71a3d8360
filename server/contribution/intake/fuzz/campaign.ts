import { rmSync } from "node:fs";
import { mkdir, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CODE_SCOPES } from "../codes";
import { inspectFile } from "../inspect";
import { type IntakeSummary, intakeStream, type SetAside } from "../intake";
import type { IntakeRow } from "../rows";
import { type GoodFile, goodFile, KINDS } from "./good-file";
import { MUTATIONS } from "./mutate";
import { Random } from "./random";

export type FuzzCase = { seed: number; kind: string; mutations: string[]; file: GoodFile };
export type FuzzReport = {
  cases: number;
  seconds: number;
  /** How often each code refused a file or set a row aside; "ok" counts files that were read. */
  codes: Record<string, number>;
  kinds: Record<string, number>;
  rows: { uploaded: number; kept: number; setAside: number };
  /** The longest that one case took. Milliseconds, and its seed. */
  slowest: { ms: number; seed: number };
  failures: { seed: number; kind: string; mutations: string[]; said: string }[];
};

const NAMES = Object.keys(MUTATIONS);
/** A case that takes longer is a failure: the file has a few kilobytes. */
const SLOW_MS = 5_000;

/** The file of one seed: a good one, or `own`, after none to three mutations. */
export function fuzzCase(seed: number, own: readonly GoodFile[] = []): FuzzCase {
  const random = new Random(seed);
  const kind = random.pick(KINDS);
  let file = own.length > 0 && random.chance(0.5) ? random.pick(own) : goodFile(random, kind);
  const mutations = Array.from({ length: random.int(0, 3) }, () => random.pick(NAMES));
  for (const name of mutations) file = MUTATIONS[name]!(file, random);
  return { seed, kind, mutations, file };
}

/**
 * What is wrong with how one file is read, in words; null when nothing is. Checked: nothing throws, one known code,
 * kept + set aside = uploaded with every row told once, a refused file counts no row, and the inspection agrees with
 * the reading on whether it can be opened.
 */
export async function checkFile(
  file: GoodFile,
  folder: string,
  note?: (summary: IntakeSummary) => void,
): Promise<string | null> {
  const path = join(folder, "case");
  await writeFile(path, file.bytes);
  const scratch = join(folder, "scratch");
  await mkdir(scratch, { recursive: true });
  const options = { name: file.name, scratch };
  const kept: IntakeRow[] = [];
  const setAside: SetAside[] = [];
  try {
    const inspection = await inspectFile(path, options);
    async function* pieces() {
      for (let i = 0; i < file.bytes.length; i += 700) yield file.bytes.subarray(i, i + 700);
    }
    const summary = await intakeStream(pieces(), options, {
      kept: (row) => void kept.push(row),
      setAside: (entry) => void setAside.push(entry),
    });
    note?.(summary);
    const wrong = faultOf(summary, kept, setAside);
    if (wrong !== null) return wrong;
    if (inspection.problem !== null && summary.problem === null) {
      return `the inspection refuses (${inspection.problem.code}) what is read`;
    }
    const left = await readdir(scratch);
    return left.length > 0 ? "a copy was left behind" : null;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

function faultOf(summary: IntakeSummary, kept: IntakeRow[], setAside: SetAside[]): string | null {
  const { rows, problem } = summary;
  if (rows.kept + rows.setAside !== rows.uploaded) return "the sum does not hold";
  if (problem !== null) {
    if (CODE_SCOPES[problem.code] !== "file") return `${problem.code} refuses a file`;
    if (/undefined|NaN|\[object/.test(problem.message)) return `a sentence is broken: ${problem.message}`;
    return rows.uploaded === 0 ? null : "a refused file counts rows";
  }
  if (kept.length !== rows.kept || setAside.length !== rows.setAside)
    return "what was told is not what is counted";
  const numbers = [...kept.map((row) => row.rowNumber), ...setAside.map((entry) => entry.row)];
  if (new Set(numbers).size !== numbers.length) return "a row was told twice";
  if (numbers.some((number) => number < 1 || number > rows.uploaded))
    return "a row's number is none of its rows";
  for (const { problem: bad } of setAside) {
    if (CODE_SCOPES[bad.code] !== "row") return `${bad.code} sets a row aside`;
    if (bad.row === null) return `${bad.code} names no row`;
  }
  if (kept.some(({ prompt, answer }) => prompt.trim() === "" || answer.trim() === ""))
    return "an empty row is kept";
  return null;
}

/** Reads `cases` generated files, from `seed` on, one after another. */
export async function runCampaign(options: {
  cases: number;
  seed: number;
  own?: readonly GoodFile[];
  onProgress?: (done: number) => void;
}): Promise<FuzzReport> {
  const folder = await mkdtemp(join(tmpdir(), "intake-fuzz-"));
  const rows = { uploaded: 0, kept: 0, setAside: 0 };
  const report: FuzzReport = {
    cases: 0,
    seconds: 0,
    codes: {},
    kinds: {},
    rows,
    slowest: { ms: 0, seed: options.seed },
    failures: [],
  };
  const started = performance.now();
  try {
    for (let i = 0; i < options.cases; i += 1) {
      const { seed, kind, mutations, file } = fuzzCase(options.seed + i, options.own);
      const from = performance.now();
      let said = await checkFile(file, folder, (summary) => addTo(report, summary));
      const ms = performance.now() - from;
      if (ms > report.slowest.ms) report.slowest = { ms: Math.round(ms), seed };
      if (said === null && ms > SLOW_MS) said = `it took ${Math.round(ms)} ms`;
      if (said !== null) report.failures.push({ seed, kind, mutations, said });
      report.cases += 1;
      report.kinds[kind] = (report.kinds[kind] ?? 0) + 1;
      options.onProgress?.(report.cases);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  report.seconds = (performance.now() - started) / 1000;
  return report;
}

function addTo(report: FuzzReport, { rows, counts, problem }: IntakeSummary) {
  for (const [code, count] of Object.entries(counts)) report.codes[code] = (report.codes[code] ?? 0) + count;
  if (problem === null) report.codes.ok = (report.codes.ok ?? 0) + 1;
  report.rows.uploaded += rows.uploaded;
  report.rows.kept += rows.kept;
  report.rows.setAside += rows.setAside;
}
