import { createReadStream } from "node:fs";
import { FileRefused, type Problem, problem } from "./codes";
import { type IntakeOptions, unreadable } from "./intake";
import { LIMITS } from "./limits";
import {
  type ColumnMapping,
  type Confidence,
  detectMapping,
  type MappingQuestion,
  type Shape,
} from "./mapping";
import { Mends } from "./mended";
import { openSource } from "./open";
import type { Entry } from "./parse";
import type { Opened, ReaderQuestion } from "./readers/reader";
import { type IntakeRow, toRow } from "./rows";
import type { Format } from "./sniff";

/** A question to the person; `encoding` ones are answered by confirming or by converting the file. */
export type Question =
  | MappingQuestion
  | ReaderQuestion
  | { role: "encoding"; question: string; options: string[] };
export type SampleRow = {
  rowNumber: number;
  fields: Record<string, unknown>;
  row: IntakeRow | null;
  problem: Problem | null;
};
export type Inspection = {
  format: Format | null;
  /** The archive that the file came in. */
  packed: "gzip" | "zip" | null;
  encoding: string;
  delimiter: string | null;
  hasHeader: boolean;
  columns: string[];
  mapping: ColumnMapping;
  confidence: Confidence;
  shape: Shape | null;
  questions: Question[];
  sample: SampleRow[];
  problem: Problem | null;
};

/** Looks at the first rows: what the file is, which column is which, and up to 20 rows as they would be kept. */
export async function inspectFile(path: string, options: IntakeOptions = {}): Promise<Inspection> {
  const found: Inspection = {
    format: null,
    packed: null,
    encoding: options.encoding ?? "UTF-8",
    delimiter: null,
    hasHeader: false,
    columns: [],
    mapping: {},
    confidence: "none",
    shape: null,
    questions: [],
    sample: [],
    problem: null,
  };
  const bytes = createReadStream(path, { highWaterMark: LIMITS.headBytes });
  try {
    await look(bytes, { name: path, path, ...options }, found);
  } catch (error) {
    found.problem = refusal(error);
    if (error instanceof FileRefused) found.questions.push(...error.questions);
    const guess = error instanceof FileRefused ? error.guess : undefined;
    // Nothing here decodes UTF-32, so there it can only be converted.
    if (guess && !guess.startsWith("UTF-32")) {
      found.questions.push({
        role: "encoding",
        question: `Is this file written in ${guess}?`,
        options: [guess],
      });
    }
  } finally {
    bytes.destroy();
  }
  return found;
}

function refusal(error: unknown): Problem {
  if (error instanceof FileRefused) return error.problem;
  const reason = unreadable(error);
  if (reason === null) throw error;
  return problem("FILE_UNREADABLE", { reason });
}

async function look(
  bytes: AsyncIterable<Uint8Array>,
  options: IntakeOptions,
  found: Inspection,
): Promise<void> {
  const opened = await openSource(bytes, options);
  try {
    await lookInto(opened, options, found);
  } finally {
    await opened.close();
  }
}

async function lookInto(opened: Opened, options: IntakeOptions, found: Inspection): Promise<void> {
  const { format, dialect, columns } = opened;
  found.format = format;
  found.packed = opened.packed;
  found.delimiter = dialect?.delimiter ?? null;
  found.hasHeader = dialect?.hasHeader ?? columns !== null;
  found.questions.push(...opened.questions);
  const entries: Entry[] = [];
  for await (const entry of opened.head()) {
    entries.push(entry);
    if (entries.length >= LIMITS.probeRows) break;
  }
  const rows = entries.flatMap((entry) => (entry.kind === "row" ? [entry.fields] : []));
  found.columns =
    columns !== null ? [...columns] : [...new Set(rows.flatMap((fields) => Object.keys(fields)))];
  if (found.columns.length > LIMITS.columns) {
    throw new FileRefused(problem("TOO_MANY_COLUMNS", { columns: found.columns.length }));
  }
  const detected = detectMapping(found.columns, rows, options.goal, options.fields);
  found.mapping = { ...detected.mapping, ...options.mapping };
  found.confidence = detected.confidence;
  found.shape = detected.shape;
  found.questions.push(...detected.questions);
  const mends = await Mends.read(options.mended ?? []);
  for (const written of entries.slice(0, LIMITS.sampleRows)) {
    const entry = mends.apply(written, format, columns);
    if (entry.kind === "problem") {
      found.sample.push({ rowNumber: entry.rowNumber, fields: {}, row: null, problem: entry.problem });
      continue;
    }
    const { goal, labels, fields: names } = options;
    const rules = { mapping: found.mapping, goal, labels, fields: names };
    const row = toRow(entry.rowNumber, entry.line, entry.fields, rules);
    const isBad = "code" in row;
    const { rowNumber, fields } = entry;
    found.sample.push({ rowNumber, fields, row: isBad ? null : row, problem: isBad ? row : null });
  }
}
