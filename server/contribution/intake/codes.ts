import { LIMITS, sizeText } from "./limits";

/** file: the whole file is refused. row: that row is set aside and the others go on. */
export type Scope = "file" | "row";

/** One thing that is wrong with an upload, in words. `row` is the 1-based data row, `column` its name. */
export type Problem = {
  code: IntakeCode;
  scope: Scope;
  row: number | null;
  column: string | null;
  message: string;
  fix: string;
};

type Sentence = { message: string; fix: string };
type At = { row: number; column: string };

const quoted = (names: readonly string[], most = 12) =>
  names
    .slice(0, most)
    .map((name) => `"${shorten(name, 40)}"`)
    .join(", ") + (names.length > most ? ` and ${names.length - most} more` : "");

/** Cuts text that is echoed in a sentence, so that a 10 MB column name stays readable. */
export function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}

const FILE = {
  FILE_EMPTY: (d: { bytes: number }): Sentence => ({
    message: d.bytes === 0 ? "The file has 0 bytes." : `The file has ${sizeText(d.bytes)} but no rows in it.`,
    fix: "Export it again and check that it holds one example per row, then choose it once more.",
  }),
  FILE_TOO_LARGE: (d: { maxBytes: number }): Sentence => ({
    message: `${sizeText(d.maxBytes)} allowed (a setting), got more; stopped while reading.`,
    fix: "Split the file, or ask the operator to raise the upload limit.",
  }),
  TYPE_MISMATCH: (d: { name: string | null; content: string }): Sentence => ({
    message:
      d.name === null ? `Content is ${d.content}.` : `The name says ${d.name}, content is ${d.content}.`,
    fix: "Choose a CSV, TSV or JSON Lines file; from a spreadsheet, export it as CSV (UTF-8).",
  }),
  CSV_QUOTE: (d: { line: number }): Sentence => ({
    message: `A quote (") opened on line ${d.line}, never closed.`,
    fix: `Add the closing quote on line ${d.line}; a quote inside a quoted text is written twice ("").`,
  }),
  TOO_MANY_COLUMNS: (d: { columns: number }): Sentence => ({
    message: `${d.columns.toLocaleString("en")} columns or more (max ${LIMITS.columns}), found in the first 64 KB.`,
    fix: "Keep only the columns with the question, the answer and what belongs to them.",
  }),
  DUPLICATE_COLUMN: (d: { column: string }): Sentence => ({
    message: `The header names "${shorten(d.column, 80)}" twice.`,
    fix: "Rename one of the two columns.",
  }),
  RESERVED_COLUMN: (d: { column: string }): Sentence => ({
    message: `The header names "${d.column}", which is a reserved word.`,
    fix: "Rename that column.",
  }),
  ENCODING: (d: { byte: number; guess: string }): Sentence => ({
    message: `The file is not UTF-8 at byte ${d.byte}, looks like ${d.guess}.`,
    fix: `Convert it to UTF-8, or confirm that it is ${d.guess}.`,
  }),
  COLUMN_MISSING: (d: { wanted: string; columns: readonly string[] }): Sentence => ({
    message: `No column holds the ${d.wanted}. Columns found: ${d.columns.length === 0 ? "none" : quoted(d.columns)}.`,
    fix: `Say which column is the ${d.wanted}, or name one "${d.wanted}".`,
  }),
  TOO_MANY_ROWS: (d: { rows: number }): Sentence => ({
    message: `More than ${d.rows.toLocaleString("en")} rows; ${d.rows.toLocaleString("en")} allowed.`,
    fix: "Split the file into smaller ones.",
  }),
  FILE_UNREADABLE: (d: { reason: string }): Sentence => ({
    message: `The file could not be read: ${d.reason}.`,
    fix: "Check the path and that you may read it, then try again.",
  }),
  PARSE_TIMEOUT: (d: { seconds: number }): Sentence => ({
    message: `Reading the file took longer than ${d.seconds} seconds and was stopped.`,
    fix: "Split the file into smaller ones and upload them one by one.",
  }),
  PARSE_CRASHED: (d: { reason: string }): Sentence => ({
    message: `Reading the file was stopped: ${d.reason}.`,
    fix: "Try again; if it happens again, split the file into smaller ones.",
  }),
} as const;

const ROW = {
  CSV_FIELDS: (d: { row: number; line: number; found: number; expected: number }): Sentence => ({
    message: `Row ${d.row} (line ${d.line}) has ${d.found} fields, ${d.expected} expected.`,
    fix: 'Put texts that hold the separator between double quotes ("…").',
  }),
  JSON_LINE: (d: { line: number; column: number; reason: string }): Sentence => ({
    message: `Not JSON at line ${d.line}, column ${d.column}: ${d.reason}.`,
    fix: 'Write one object per line, such as {"prompt": "…", "answer": "…"}.',
  }),
  JSON_TOO_DEEP: (d: { line: number }): Sentence => ({
    message: `Line ${d.line} nests more than ${LIMITS.jsonDepth} levels (max ${LIMITS.jsonDepth}).`,
    fix: "Write the example as one flat object.",
  }),
  JSON_DUPLICATE_KEY: (d: { line: number; key: string }): Sentence => ({
    message: `Line ${d.line} names "${shorten(d.key, 80)}" twice.`,
    fix: "Keep one of the two.",
  }),
  NUMBER_RANGE: (d: { line: number; column: number; text: string }): Sentence => ({
    message: `Line ${d.line}, column ${d.column}: ${shorten(d.text, 40)} is not a number that can be stored.`,
    fix: "Write a finite number, or put it between quotes as text.",
  }),
  TEXT_CONTROL: (d: At & { what: string }): Sentence => ({
    message: `Row ${d.row}, column "${shorten(d.column, 80)}" holds ${d.what}.`,
    fix: "Remove that character and upload the row again.",
  }),
  CELL_TOO_LARGE: (d: At): Sentence => ({
    message: `Row ${d.row}, column "${shorten(d.column, 80)}" is too large (max 64 KB).`,
    fix: "Shorten the text, or split it into several examples.",
  }),
  ROW_EMPTY: (d: { row: number; column: string | null }): Sentence => ({
    message:
      d.column === null
        ? `Row ${d.row} is empty.`
        : `Row ${d.row} has nothing in "${shorten(d.column, 80)}".`,
    fix: "Fill in both the prompt and the answer, or leave the row out.",
  }),
  ROW_DUPLICATE: (d: { row: number; first: number }): Sentence => ({
    message: `Row ${d.row} has the same prompt and answer as row ${d.first}.`,
    fix: "Nothing to do: the first one is kept.",
  }),
  LABEL_UNKNOWN: (d: { row: number; answer: string; nearest: string | null }): Sentence => ({
    message: `Row ${d.row}: "${shorten(d.answer, 80)}" is not one of the labels.`,
    fix: d.nearest === null ? "Use one of the Datanet's labels." : `Did you mean "${d.nearest}"?`,
  }),
  FIELDS_JSON: (d: { row: number; reason: string }): Sentence => ({
    message: `Row ${d.row}: the answer is not a JSON object with the fields: ${d.reason}.`,
    fix: 'Write one object with every field, such as {"vendor": "…", "total": "…"}, or give each field a column.',
  }),
  FIELD_MISSING: (d: { row: number; field: string }): Sentence => ({
    message: `Row ${d.row} has no field "${shorten(d.field, 80)}".`,
    fix: 'Add it; where the text does not hold it, write "".',
  }),
  FIELD_UNKNOWN: (d: { row: number; field: string; nearest: string | null }): Sentence => ({
    message: `Row ${d.row} names the field "${shorten(d.field, 80)}", which is not one of the fields.`,
    fix:
      d.nearest === null ? "Use the Datanet's fields." : `Did you mean "${d.nearest}"? If not, leave it out.`,
  }),
  FIELD_VALUE: (d: { row: number; field: string }): Sentence => ({
    message: `Row ${d.row}: the field "${shorten(d.field, 80)}" holds a list or an object.`,
    fix: "Write it as one text.",
  }),
  SECRET_FOUND: (d: { row: number; what: string }): Sentence => ({
    message: `Row ${d.row} holds ${d.what}. It is not shown and not stored.`,
    fix: "Replace it by a placeholder, and treat it as stolen: make a new one.",
  }),
  LEFT_OUT: (d: { row: number; code: string }): Sentence => ({
    message: `Row ${d.row} was left out by you (${d.code}).`,
    fix: "Take that decision back to keep the row.",
  }),
} as const;

type Builders = typeof FILE & typeof ROW;
export type IntakeCode = keyof Builders;
type Details<C extends IntakeCode> = Parameters<Builders[C]>[0];

export const CODE_SCOPES = Object.fromEntries([
  ...Object.keys(FILE).map((code) => [code, "file"]),
  ...Object.keys(ROW).map((code) => [code, "row"]),
]) as Record<IntakeCode, Scope>;

/** Builds the sentence of a code; `row` and `column` say where, when the code belongs to a row. */
export function problem<C extends IntakeCode>(
  code: C,
  details: Details<C>,
  at: { row?: number; column?: string | null } = {},
): Problem {
  const builders: Record<string, unknown> = { ...FILE, ...ROW };
  const build = builders[code] as (details: Details<C>) => Sentence;
  return {
    code,
    scope: CODE_SCOPES[code],
    row: at.row ?? null,
    column: at.column ?? null,
    ...build(details),
  };
}

/** Ends the reading of a file; never leaves the intake, which returns the problem instead. */
export class FileRefused extends Error {
  readonly problem: Problem;
  /** With ENCODING: what the file looks like, for a person to confirm. */
  readonly guess?: string;

  constructor(refusal: Problem, guess?: string) {
    super(`${refusal.code}: ${refusal.message}`);
    this.name = "FileRefused";
    this.problem = refusal;
    this.guess = guess;
  }
}
