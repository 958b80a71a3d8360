import { FileRefused, problem } from "./codes";
import { type CsvRecord, CsvTokenizer, isBlankRecord } from "./csv";
import { LIMITS } from "./limits";
import { roleOfName } from "./mapping";

export type Dialect = { delimiter: string; newline: "\n" | "\r"; hasHeader: boolean; columns: string[] };

const DELIMITERS = [",", ";", "\t", "|"] as const;
const RESERVED = new Set(["__proto__", "constructor", "prototype"]);
export const isReserved = (name: string) => RESERVED.has(name);

export type DialectOptions = { delimiter?: string; hasHeader?: boolean; isTsv?: boolean };

/**
 * Delimiter, header and column names from the first text of a file.
 * Throws FileRefused: TOO_MANY_COLUMNS, DUPLICATE_COLUMN, RESERVED_COLUMN, CSV_QUOTE (where it shows already).
 */
export function detectDialect(head: string, isWhole: boolean, options: DialectOptions = {}): Dialect {
  const newline = !head.includes("\n") && head.includes("\r") ? "\r" : "\n";
  const delimiter = options.delimiter ?? (options.isTsv ? "\t" : detectDelimiter(head, newline, isWhole));
  const records = probe(head, delimiter, newline, isWhole).filter((record) => !isBlankRecord(record));
  const first = records[0];
  const width = first?.found ?? countFields(head.slice(0, LIMITS.columnProbeBytes), delimiter);
  if (width > LIMITS.columns) throw new FileRefused(problem("TOO_MANY_COLUMNS", { columns: width }));
  const table = tableHead(
    records.map((record) => record.fields),
    options.hasHeader,
  );
  return { delimiter, newline, ...table };
}

/** The delimiter that cuts the first records into the same number (over one) of fields most often. */
function detectDelimiter(head: string, newline: "\n" | "\r", isWhole: boolean): string {
  const probeText = head.slice(0, LIMITS.columnProbeBytes);
  const isCut = !isWhole || probeText.length < head.length;
  let best = { delimiter: ",", score: 0 };
  for (const delimiter of DELIMITERS) {
    const records = quietProbe(probeText, delimiter, newline, !isCut).filter(
      (record) => !isBlankRecord(record),
    );
    const widths = records.map((record) => record.found);
    if (widths.length === 0) widths.push(countFields(probeText, delimiter));
    const width = widths[0]!;
    if (width < 2) continue;
    const agreeing = widths.filter((found) => found === width).length / widths.length;
    const named = records[0]?.fields.some((name) => roleOfName(name) !== null) ? 1 : 0;
    const score = agreeing + named + Math.min(width, 10) / 100;
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

/** Up to 50 complete records. */
function probe(head: string, delimiter: string, newline: "\n" | "\r", isWhole: boolean): CsvRecord[] {
  const tokenizer = new CsvTokenizer(delimiter, newline);
  const records = tokenizer.push(head);
  if (isWhole) records.push(...tokenizer.end());
  return records.slice(0, LIMITS.probeRows);
}

function quietProbe(...args: Parameters<typeof probe>): CsvRecord[] {
  try {
    return probe(...args);
  } catch {
    // With the wrong delimiter a quote may seem to stay open; the chosen one is probed again and may complain.
    return [];
  }
}

function countFields(text: string, delimiter: string): number {
  const firstLine = /^[^\r\n]*/.exec(text)?.[0] ?? "";
  return firstLine.split(delimiter).length;
}

/**
 * Whether the first of these rows names the columns, and the names. Throws DUPLICATE_COLUMN and RESERVED_COLUMN.
 */
export function tableHead(
  rows: readonly string[][],
  isHeader?: boolean,
): { hasHeader: boolean; columns: string[] } {
  const first = rows[0] ?? [];
  const hasHeader = isHeader ?? looksLikeHeader(rows.map((fields) => ({ fields })));
  const columns = hasHeader ? headerNames(first) : first.map((_, i) => `column ${i + 1}`);
  return { hasHeader, columns };
}

/** A first record is data when it holds no known name and a cell that no header would hold. */
function looksLikeHeader(records: readonly Pick<CsvRecord, "fields">[]): boolean {
  const first = records[0]?.fields ?? [];
  if (first.some((name) => roleOfName(name) !== null)) return true;
  if (first.some((cell) => isReserved(cell.trim()))) return true;
  if (first.every((cell) => cell.trim() === "")) return false;
  if (first.some((cell) => cell.length > 80 || /^-?\d+([.,]\d+)?$/.test(cell.trim()))) return false;
  if (first.some((cell) => /[.!?]\s*$/.test(cell) && cell.trim().split(/\s+/).length > 3)) return false;
  // A label that comes back below in its own column (cat, dog, cat) is a value.
  return !first.some(
    (cell, i) => cell !== "" && records.slice(1).some((record) => record.fields[i] === cell),
  );
}

function headerNames(cells: readonly string[]): string[] {
  const seen = new Set<string>();
  return cells.map((cell, i) => {
    const name = cell.normalize("NFC").trim() || `column ${i + 1}`;
    if (isReserved(name)) throw new FileRefused(problem("RESERVED_COLUMN", { column: name }));
    if (seen.has(name)) throw new FileRefused(problem("DUPLICATE_COLUMN", { column: name }));
    seen.add(name);
    return name;
  });
}
