import { createReadStream } from "node:fs";
import { storableText } from "../storable";
import { FileRefused, problem } from "./codes";
import { LIMITS } from "./limits";
import { chatTurns } from "./mapping";
import { openSource } from "./open";
import type { Entry } from "./parse";
import type { Format } from "./sniff";

/** Columns that "download the bad rows" adds to those of the file. */
export const ADDED_PREFIX = "set aside: ";
export const ROW_COLUMN = `${ADDED_PREFIX}row`;

/** A file of mended rows on the disk; each of its rows names by `ROW_COLUMN` the row that it replaces. */
export type MendedFile = { path: string; name: string };
export type MendedRow = { row: number; cells: Cells };
type Cells = Record<string, string>;

/** A text that would run as a formula in a spreadsheet, or reads like one that was made safe. */
const FORMULA = /^'*[=+\-@\t\r]/;
/** A quote mark goes before a formula, so that no spreadsheet runs it. */
export const guarded = (text: string) => (FORMULA.test(text) ? `'${text}` : text);
const unguarded = (text: string) => (text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : text);

/** A value of a row as "download the bad rows" writes it. */
export function cellText(value: unknown): string {
  if (typeof value === "string") return storableText(value);
  return value === null || value === undefined ? "" : JSON.stringify(value);
}

/** The rows of a mended file in its order. Throws FileRefused: NOT_A_MENDED_FILE, or what refuses any file. */
export async function* readMended({ path, name }: MendedFile): AsyncGenerator<MendedRow> {
  const bytes = createReadStream(path, { highWaterMark: LIMITS.headBytes });
  const opened = await openSource(bytes, { name, path, hasHeader: true });
  try {
    if (opened.columns !== null && !opened.columns.includes(ROW_COLUMN)) throw notMended(NO_COLUMN);
    let rows = 0;
    for await (const entry of opened.entries(() => {})) {
      rows += 1;
      if (rows > LIMITS.rows) throw new FileRefused(problem("TOO_MANY_ROWS", { rows: LIMITS.rows }));
      if (entry.kind === "problem") {
        if (entry.problem.code === "ROW_EMPTY") continue;
        throw notMended(entry.problem.message.replace(/\.$/, ""));
      }
      yield mendedRow(entry);
    }
  } finally {
    await opened.close();
    bytes.destroy();
  }
}

function mendedRow({ rowNumber, fields }: Entry & { kind: "row" }): MendedRow {
  if (!Object.hasOwn(fields, ROW_COLUMN)) throw notMended(NO_COLUMN);
  const said = cellText(fields[ROW_COLUMN]).trim();
  // A spreadsheet may have made 7.0 of 7.
  const row = /^\d{1,9}(\.0+)?$/.test(said) ? Number(said) : 0;
  if (row === 0) {
    throw notMended(
      `its row ${rowNumber} has "${said.slice(0, 40)}" in "${ROW_COLUMN}", which is not a row number`,
    );
  }
  const cells: Cells = Object.create(null);
  for (const [name, value] of Object.entries(fields))
    if (!name.startsWith(ADDED_PREFIX)) cells[name] = unguarded(cellText(value));
  return { row, cells };
}

const NO_COLUMN = `it has no column "${ROW_COLUMN}"`;
const notMended = (reason: string) => new FileRefused(problem("NOT_A_MENDED_FILE", { reason }));

/** The rows that replace those of a file, of all its mended files; the latest text of a row wins. In memory whole. */
export class Mends {
  private readonly byRow = new Map<number, Cells>();

  /** Throws FileRefused, as readMended does. */
  static async read(files: readonly MendedFile[]): Promise<Mends> {
    const mends = new Mends();
    for (const file of files)
      for await (const { row, cells } of readMended(file)) mends.byRow.set(row, cells);
    return mends;
  }

  /**
   * The row as it was mended, or as it stands where none of its texts was changed: a row that came back untouched keeps
   * its reason.
   * @param columns those of the file; null where each row names its own
   */
  apply(entry: Entry, format: Format, columns: readonly string[] | null): Entry {
    const mended = this.byRow.get(entry.rowNumber);
    if (mended === undefined) return entry;
    const before: Record<string, unknown> = entry.kind === "row" ? entry.fields : {};
    const names = Object.keys(mended).filter((name) => columns === null || columns.includes(name));
    // Blank as a whole: a row that could not be shown, because it holds a key or cannot be cut into columns.
    if (names.every((name) => mended[name] === "")) return entry;
    if (names.every((name) => mended[name] === cellText(before[name]))) return entry;
    const fields = { ...before };
    for (const name of names) {
      const text = mended[name]!;
      if (Object.hasOwn(before, name) && text === cellText(before[name])) continue;
      fields[name] = isTable(format) || typeof before[name] === "string" ? text : chatOf(text);
    }
    const written = JSON.stringify(fields);
    const raw = written.length > LIMITS.rawChars ? `${written.slice(0, LIMITS.rawChars)}…` : written;
    return { kind: "row", rowNumber: entry.rowNumber, line: entry.line, raw, fields, isMended: true };
  }
}

const isTable = (format: Format) => format === "csv" || format === "tsv" || format === "xlsx";

/** A chat stands in a cell as JSON; any other text is meant as it is. */
function chatOf(text: string): unknown {
  if (!text.startsWith("[")) return text;
  try {
    const value: unknown = JSON.parse(text);
    return chatTurns(value) === null ? text : value;
  } catch {
    return text;
  }
}
