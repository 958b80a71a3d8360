import { createReadStream } from "node:fs";
import type { Repair } from "@/db/schema/contribution";
import type { Goal } from "@/db/schema/datanet.constants";
import { kindsInWords } from "../health/check-row";
import type { Finding } from "../health/findings";
import { hash64, KeyTable } from "../health/hash64";
import type { FarCandidate } from "../health/near/near-index";
import { RepairPlan, readRow } from "../health/repairs";
import { type HealthNumbers, HealthReport, type NearOptions, TRAINED_TOKENS } from "../health/report";
import { findSecrets } from "../health/secrets";
import type { ByteSource } from "./bytes";
import { FileRefused, type IntakeCode, type Problem, problem } from "./codes";
import { inferFields } from "./fields";
import { LIMITS } from "./limits";
import { ANSWER_NAMES, type ColumnMapping, detectMapping, settleMapping } from "./mapping";
import { type MendedFile, Mends } from "./mended";
import { openSource } from "./open";
import type { Entry } from "./parse";
import type { Opened } from "./readers/reader";
import { duplicateKey, type IntakeRow } from "./rows";
import type { Format } from "./sniff";

export type IntakeOptions = {
  /** The file's own name; stored files are named by their hash, so it is passed on. */
  name?: string;
  mapping?: ColumnMapping;
  goal?: Goal;
  /** With goal label: the Datanet's labels; other answers are set aside. Empty or absent allows any. */
  labels?: readonly string[];
  /** With goal fields: their names in order. Absent takes those of the first row. */
  fields?: readonly string[];
  maxBytes?: number;
  maxRows?: number;
  /** An encoding the person confirmed. */
  encoding?: string;
  delimiter?: string;
  hasHeader?: boolean;
  /** Which sheet of a workbook; the first with rows where absent. */
  sheet?: string;
  /** The person agreed that a document's headings are the prompts. */
  useHeadings?: boolean;
  /** Where the file lies, if it does: Parquet, Excel and ZIP are then read in place. */
  path?: string;
  /** Folder for what has to be unpacked; the system's where absent. */
  scratch?: string;
  /** Repairs that were pressed; rows that they change are counted as repaired. */
  repairs?: readonly Repair[];
  /** Files of mended rows, the latest last; the rows that they change are counted as repaired. */
  mended?: readonly MendedFile[];
  /** Longer rows are cut when trained. */
  contextTokens?: number;
  /** Where near-duplicates are looked for; null compares no rows. */
  near?: NearOptions | null;
};

/** `raw` is the row as it stood in the file, cut at 16,384 characters; empty where a secret stands in it. */
export type SetAside = { row: number; code: IntakeCode; raw: string; problem: Problem };
export type IntakeSink = {
  kept(row: IntakeRow): void | Promise<void>;
  setAside(entry: SetAside): void | Promise<void>;
  finding?(finding: Finding): void;
  /** A row of another contribution that one of this file may resemble. */
  far?(candidate: FarCandidate): void;
  progress?(done: { bytes: number; rows: number }): void;
};
/** kept (as they were written) + repaired + setAside = uploaded. */
export type RowCounts = { uploaded: number; kept: number; repaired: number; setAside: number };
/** `problem` refuses the whole file: then every count is 0 and what the sink got is void. */
export type IntakeSummary = {
  format: Format | null;
  mapping: ColumnMapping | null;
  /** The fields it was read with; empty for other goals. */
  fields: readonly string[];
  rows: RowCounts;
  counts: Partial<Record<IntakeCode, number>>;
  /** What the report draws; null when the file is refused. */
  health: HealthNumbers | null;
  problem: Problem | null;
};
export type IntakeResult = IntakeSummary & {
  findings: Finding[];
  kept: IntakeRow[];
  setAside: SetAside[];
  problems: Problem[];
  /** Distinct answers of the kept rows, sorted; only for goal label. */
  labels: string[];
};

/**
 * Reads a whole upload in bounded memory: one record and a 12-byte fingerprint per kept row. Every data row goes
 * to the sink exactly once, so kept + repaired + setAside = uploaded. Never throws for what is in the file; a sink that
 * throws, or a source that breaks with anything but a file error, does.
 */
export async function intakeStream(
  bytes: ByteSource,
  options: IntakeOptions,
  sink: IntakeSink,
): Promise<IntakeSummary> {
  const run = new IntakeRun(options, sink);
  try {
    return await run.read(bytes);
  } catch (error) {
    if (error instanceof FileRefused) return run.refused(error.problem);
    const reason = unreadable(error);
    if (reason === null) throw error;
    return run.refused(problem("FILE_UNREADABLE", { reason }));
  } finally {
    run.close();
  }
}

class IntakeRun {
  private readonly options: IntakeOptions;
  private readonly sink: IntakeSink;
  private readonly rows: RowCounts = { uploaded: 0, kept: 0, repaired: 0, setAside: 0 };
  private readonly counts: Partial<Record<IntakeCode, number>> = {};
  private readonly firstRow = new KeyTable();
  private readonly print = new Int32Array(2);
  private readonly plan: RepairPlan;
  private readonly report: HealthReport;
  private readonly contextTokens: number;
  private format: Format | null = null;
  private mapping: ColumnMapping | null = null;
  private fields: readonly string[];
  private bytes = 0;

  constructor(options: IntakeOptions, sink: IntakeSink) {
    this.options = options;
    this.sink = sink;
    this.fields = options.fields ?? [];
    this.plan = new RepairPlan(options.repairs ?? []);
    this.contextTokens = options.contextTokens ?? TRAINED_TOKENS;
    // Nobody to tell: then the dearest part is left out.
    const near = sink.finding === undefined ? null : options.near === undefined ? {} : options.near;
    this.report = new HealthReport(
      { goal: options.goal, contextTokens: this.contextTokens, near },
      (finding) => sink.finding?.(finding),
    );
  }

  async read(bytes: ByteSource): Promise<IntakeSummary> {
    const mends = await Mends.read(this.options.mended ?? []);
    const opened = await openSource(bytes, this.options);
    try {
      return await this.readOpened(opened, mends);
    } finally {
      await opened.close();
    }
  }

  private async readOpened(opened: Opened, mends: Mends): Promise<IntakeSummary> {
    this.format = opened.format;
    const onBytes = (total: number) => {
      this.bytes = total;
    };
    const { columns, format } = opened;
    // Which column is which is decided by the file alone, so that mending a row never changes it.
    const take = (entry: Entry) => this.take(mends.apply(entry, format, columns));
    // Rows wait until enough of them were seen to know which column is which.
    let waiting: Entry[] = [];
    let waitingRows = 0;
    for await (const entry of opened.entries(onBytes)) {
      this.count();
      if (this.mapping !== null || (entry.kind === "problem" && waiting.length === 0)) {
        await take(entry);
        continue;
      }
      waiting.push(entry);
      if (entry.kind === "row") waitingRows += 1;
      if (waitingRows < LIMITS.probeRows && waiting.length < 20 * LIMITS.probeRows) continue;
      this.settle(columns, waiting);
      for (const early of waiting) await take(early);
      waiting = [];
    }
    if (this.mapping === null && (waitingRows > 0 || columns !== null)) this.settle(columns, waiting);
    for (const early of waiting) await take(early);
    if (this.rows.uploaded === 0) throw new FileRefused(problem("FILE_EMPTY", { bytes: this.bytes }));
    this.sink.progress?.({ bytes: this.bytes, rows: this.rows.uploaded });
    const { uploaded, kept, repaired, setAside } = this.rows;
    if (kept + repaired + setAside !== uploaded)
      throw new Error(`${kept} + ${repaired} + ${setAside} rows are not the ${uploaded} of the file`);
    return { ...this.summary(null), health: this.report.finish(this.mapping, (one) => this.sink.far?.(one)) };
  }

  close(): void {
    this.report.close();
  }

  refused(refusal: Problem): IntakeSummary {
    return {
      ...this.summary(refusal),
      rows: { uploaded: 0, kept: 0, repaired: 0, setAside: 0 },
      counts: { [refusal.code]: 1 },
    };
  }

  private summary(refusal: Problem | null): IntakeSummary {
    const { format, mapping, fields, rows, counts } = this;
    return { format, mapping, fields, rows, counts, health: null, problem: refusal };
  }

  private count() {
    this.rows.uploaded += 1;
    const maxRows = this.options.maxRows ?? LIMITS.rows;
    if (this.rows.uploaded > maxRows) throw new FileRefused(problem("TOO_MANY_ROWS", { rows: maxRows }));
    if (this.rows.uploaded % 1000 === 0)
      this.sink.progress?.({ bytes: this.bytes, rows: this.rows.uploaded });
  }

  private settle(columns: readonly string[] | null, entries: readonly Entry[]) {
    const samples = entries.flatMap((entry) => (entry.kind === "row" ? [entry.fields] : []));
    const names = columns ?? [...new Set(samples.flatMap((fields) => Object.keys(fields)))];
    if (names.length > LIMITS.columns)
      throw new FileRefused(problem("TOO_MANY_COLUMNS", { columns: names.length }));
    const { goal, mapping } = this.options;
    if (goal === "fields" && this.fields.length === 0) {
      const { prompt, system, category, source } = { ...detectMapping(names, samples).mapping, ...mapping };
      this.fields = inferFields(names, samples, ANSWER_NAMES, [prompt, system, category, source]);
    }
    this.mapping = settleMapping(names, samples, goal, mapping, this.fields);
  }

  private async take(entry: Entry) {
    const found = entry.kind === "problem" ? entry.problem : await this.keep(entry);
    if (found === null) return;
    const { bad, raw } = withoutSecret(found, entry);
    this.rows.setAside += 1;
    this.counts[bad.code] = (this.counts[bad.code] ?? 0) + 1;
    await this.sink.setAside({ row: entry.rowNumber, code: bad.code, raw, problem: bad });
  }

  private async keep(entry: Entry & { kind: "row" }): Promise<Problem | null> {
    const { goal, labels } = this.options;
    const mapping = this.mapping!;
    const rules = { mapping, goal, labels, fields: this.fields };
    const read = readRow(entry, rules, { mapping, contextTokens: this.contextTokens }, this.plan);
    if ("code" in read) return read;
    const { row, tokens, findings, repairedFor } = read;
    hash64(duplicateKey(row), this.print);
    const first = this.firstRow.getOrAdd(this.print[0]!, this.print[1]!, row.rowNumber);
    if (first !== 0) {
      return problem("ROW_DUPLICATE", { row: row.rowNumber, first }, { row: row.rowNumber });
    }
    this.rows[repairedFor.length > 0 ? "repaired" : "kept"] += 1;
    this.report.add(row, tokens, findings, mapping);
    await this.sink.kept(repairedFor.length > 0 ? { ...row, repairedFor } : row);
    return null;
  }
}

/** What is kept of a set-aside row; of one that holds a secret only that it does, whatever else is wrong with it. */
function withoutSecret(bad: Problem, { rowNumber: row, raw }: Entry): { bad: Problem; raw: string } {
  if (bad.code === "SECRET_FOUND") return { bad, raw: "" };
  const spans = findSecrets(raw);
  if (spans.length === 0) return { bad, raw };
  const what = kindsInWords(spans.map(({ kind }) => kind));
  return { bad: problem("SECRET_FOUND", { row, what }, { row }), raw: "" };
}

/**
 * Reads a file into memory. `problems` holds the refusal, or one problem per set-aside row. For large files use
 * intakeStream, whose memory does not grow with the text.
 */
export async function intakeFile(path: string, options: IntakeOptions = {}): Promise<IntakeResult> {
  const kept: IntakeRow[] = [];
  const setAside: SetAside[] = [];
  const findings: Finding[] = [];
  const sink: IntakeSink = {
    kept: (row) => void kept.push(row),
    setAside: (entry) => void setAside.push(entry),
    finding: (finding) => void findings.push(finding),
  };
  const summary = await intakeStream(createReadStream(path), { name: path, path, ...options }, sink);
  if (summary.problem !== null) {
    return { ...summary, findings: [], kept: [], setAside: [], problems: [summary.problem], labels: [] };
  }
  const labels = options.goal === "label" ? [...new Set(kept.map((row) => row.answer))].sort() : [];
  const problems = setAside.map((entry) => entry.problem);
  return { ...summary, findings: findings.sort(byRow), kept, setAside, problems, labels };
}

/** Notes on the file first, then by row. */
const byRow = (a: Finding, b: Finding) => (a.row ?? 0) - (b.row ?? 0);

const ERRNO: Record<string, string> = {
  ENOENT: "it does not exist",
  EACCES: "it may not be read",
  EPERM: "it may not be read",
  EISDIR: "it is a folder",
  EIO: "the disk reported an error",
};

/** The reason in words when a file could not be read, null for any other error. */
export function unreadable(error: unknown): string | null {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === undefined ? null : (ERRNO[code] ?? null);
}
