import { FileRefused, type Problem, problem } from "./codes";
import { type CsvRecord, CsvTokenizer, isBlankRecord } from "./csv";
import { type Dialect, isReserved } from "./dialect";
import { scanJson } from "./json-scan";
import { LIMITS } from "./limits";

/** One data row as it was written, or what is wrong with it. `rowNumber` counts data rows from 1. */
export type Entry = {
  rowNumber: number;
  line: number;
  raw: string;
} /** `isMended`: the fields are those of a mended file, not of this one. */ & (
  | { kind: "row"; fields: Record<string, unknown>; isMended?: boolean }
  | { kind: "problem"; problem: Problem }
);

/** Feeds text in, takes entries out: the two formats behind one shape. */
interface Reader {
  push(text: string): Entry[];
  end(): Entry[];
}

class CsvReader implements Reader {
  private readonly tokenizer: CsvTokenizer;
  private readonly dialect: Dialect;
  private isHeaderPending: boolean;
  private blanks: CsvRecord[] = [];
  private rowNumber = 0;

  constructor(dialect: Dialect) {
    this.dialect = dialect;
    this.tokenizer = new CsvTokenizer(dialect.delimiter, dialect.newline);
    this.isHeaderPending = dialect.hasHeader;
  }

  push(text: string) {
    return this.tokenizer.push(text).flatMap((record) => this.take(record));
  }

  end() {
    return this.tokenizer.end().flatMap((record) => this.take(record));
  }

  /** Blank lines count as empty rows when data follows; at the end of the file they are only its end. */
  private take(record: CsvRecord): Entry[] {
    if (isBlankRecord(record)) {
      if (!this.isHeaderPending) this.blanks.push(record);
      if (this.blanks.length > LIMITS.rows) throw tooManyRows();
      return [];
    }
    if (this.isHeaderPending) {
      this.isHeaderPending = false;
      return [];
    }
    const before = this.blanks.map((blank) => emptyEntry(++this.rowNumber, blank.line, blank.raw));
    this.blanks = [];
    return [...before, this.entry(record)];
  }

  private entry(record: CsvRecord): Entry {
    const { columns } = this.dialect;
    const { line, raw } = record;
    const rowNumber = ++this.rowNumber;
    const fail = (bad: Problem): Entry => ({ kind: "problem", rowNumber, line, raw, problem: bad });
    if (record.found !== columns.length) {
      const details = { row: rowNumber, line, found: record.found, expected: columns.length };
      return fail(problem("CSV_FIELDS", details, { row: rowNumber }));
    }
    if (record.tooLarge !== null) {
      const column = columns[record.tooLarge]!;
      return fail(problem("CELL_TOO_LARGE", { row: rowNumber, column }, { row: rowNumber, column }));
    }
    const fields: Record<string, unknown> = Object.create(null);
    columns.forEach((name, i) => {
      fields[name] = record.fields[i];
    });
    return { kind: "row", rowNumber, line, raw, fields };
  }
}

class JsonlReader implements Reader {
  private rest = "";
  private isSkipping = false;
  private line = 0;
  private blanks: { line: number }[] = [];

  push(text: string) {
    const entries: Entry[] = [];
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      this.keep(text.slice(start, end));
      entries.push(...this.take());
      start = end + 1;
    }
    this.keep(text.slice(start));
    return entries;
  }

  end() {
    return this.rest.trim() === "" && !this.isSkipping ? [] : this.take();
  }

  private keep(piece: string) {
    if (this.isSkipping) return;
    this.rest += piece;
    if (this.rest.length > LIMITS.jsonLineChars) {
      this.isSkipping = true;
      this.rest = this.rest.slice(0, LIMITS.rawChars);
    }
  }

  private take(): Entry[] {
    const text = this.rest;
    const isTooLong = this.isSkipping;
    this.rest = "";
    this.isSkipping = false;
    this.line += 1;
    if (text.trim() === "") {
      this.blanks.push({ line: this.line });
      if (this.blanks.length > LIMITS.rows) throw tooManyRows();
      return [];
    }
    const before = this.blanks.map(({ line }) => emptyEntry(line, line, ""));
    this.blanks = [];
    return [...before, jsonEntry(text, this.line, this.line, isTooLong)];
  }
}

/**
 * One JSON object as it is written. `line` is where it begins, after `before` characters of that line; in JSON Lines
 * a row's number is its line number.
 */
export function jsonEntry(
  written: string,
  rowNumber: number,
  firstLine: number,
  isTooLong: boolean,
  before = 0,
): Entry {
  const base = { rowNumber, line: firstLine, raw: cut(written) };
  const at = { row: rowNumber };
  const fail = (bad: Problem): Entry => ({ ...base, kind: "problem", problem: bad });
  if (isTooLong) {
    const column = /^\s*\{\s*"([^"\\]{1,80})"/.exec(written)?.[1] ?? "the whole line";
    return fail(problem("CELL_TOO_LARGE", { row: rowNumber, column }, at));
  }
  // A raw NUL is named by TEXT_CONTROL with its column rather than as broken JSON.
  const text = written.includes("\u0000") ? written.replaceAll("\u0000", "\\u0000") : written;
  const fault = scanJson(text, LIMITS.jsonDepth);
  const { line, column } = placeOf(text, fault?.column ?? 1, firstLine, before);
  if (fault?.kind === "syntax") return fail(problem("JSON_LINE", { line, column, reason: fault.reason }, at));
  if (fault?.kind === "depth") return fail(problem("JSON_TOO_DEEP", { row: rowNumber, line }, at));
  if (fault?.kind === "duplicate") {
    return fail(
      problem(
        "JSON_DUPLICATE_KEY",
        { row: rowNumber, line, key: fault.key },
        { ...at, column: cut(fault.key, 200) },
      ),
    );
  }
  if (fault?.kind === "number") {
    const where = `Row ${rowNumber} (line ${line}, column ${column})`;
    return fail(problem("NUMBER_RANGE", { where, text: fault.text }, at));
  }
  const value = JSON.parse(text) as unknown;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const start = placeOf(text, text.length - text.trimStart().length + 1, firstLine, before);
    return fail(problem("JSON_LINE", { ...start, reason: "expected an object ({…})" }, at));
  }
  const reserved = Object.keys(value).find(isReserved);
  if (reserved !== undefined) throw new FileRefused(problem("RESERVED_COLUMN", { column: reserved }));
  return { ...base, kind: "row", fields: value as Record<string, unknown> };
}

/** The line and the column, both from 1, of a character of a text that begins in the middle of a file. */
function placeOf(text: string, column: number, firstLine: number, before: number) {
  let line = firstLine;
  let start = -before;
  for (let at = text.indexOf("\n"); at >= 0 && at < column - 1; at = text.indexOf("\n", at + 1)) {
    line += 1;
    start = at + 1;
  }
  return { line, column: column - start };
}

function emptyEntry(rowNumber: number, line: number, raw: string): Entry {
  const bad = problem("ROW_EMPTY", { row: rowNumber, column: null }, { row: rowNumber });
  return { kind: "problem", rowNumber, line, raw, problem: bad };
}

const tooManyRows = () => new FileRefused(problem("TOO_MANY_ROWS", { rows: LIMITS.rows }));
const cut = (text: string, most: number = LIMITS.rawChars) =>
  text.length > most ? `${text.slice(0, most)}…` : text.replace(/\r$/, "");

/**
 * Text to entries. `dialect` is null for JSON Lines. With `isWhole` false (the head of a longer file) an
 * unfinished last record is left out. Throws FileRefused for what refuses the whole file.
 */
export async function* parseEntries(
  text: AsyncIterable<string> | Iterable<string>,
  dialect: Dialect | null,
  isWhole = true,
): AsyncGenerator<Entry> {
  const reader: Reader = dialect === null ? new JsonlReader() : new CsvReader(dialect);
  for await (const chunk of text) yield* reader.push(chunk);
  if (isWhole) yield* reader.end();
}
