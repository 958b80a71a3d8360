import { LIMITS, sizeText } from "./limits";
import type { ReaderQuestion } from "./readers/reader";

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
/** A list of JSON may stand on one line, so the row is said too. */
type InJson = { row: number; line: number };

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
    fix: "Choose a CSV, TSV, JSON, JSON Lines, Parquet, Excel (.xlsx), Word (.docx), PDF, Markdown or text file.",
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
  TOO_MANY_ROWS: (d: { rows: number; declared?: number }): Sentence => ({
    message:
      d.declared === undefined
        ? `More than ${d.rows.toLocaleString("en")} rows; ${d.rows.toLocaleString("en")} allowed.`
        : `${d.declared.toLocaleString("en")} rows declared, ${d.rows.toLocaleString("en")} allowed; refused before decoding.`,
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
  ARCHIVE_TOO_LARGE: (d: { maxBytes: number }): Sentence => ({
    message: `Unpacked it passes ${sizeText(d.maxBytes)} or ${LIMITS.archiveRatio} times its packed size; stopped while unpacking.`,
    fix: "Unpack it, and upload only the file with the examples, or split that file.",
  }),
  ARCHIVE_NESTED: (d: { entry: string }): Sentence => ({
    message: `The archive holds another archive: "${shorten(d.entry, 80)}".`,
    fix: "Unpack it, and upload the file with the examples itself.",
  }),
  ARCHIVE_PATH: (d: { entry: string; what: string }): Sentence => ({
    message: `The archive's entry "${shorten(d.entry, 80)}" ${d.what}.`,
    fix: "Pack plain files anew, or upload the file with the examples itself.",
  }),
  ARCHIVE_CONTENT: (d: { reason: string }): Sentence => ({
    message: `The archive cannot be read as examples: ${d.reason}.`,
    fix: "Upload the file with the examples itself, or an archive with that file alone.",
  }),
  PARQUET_CORRUPT: (d: { byte: number; reason: string }): Sentence => ({
    message: `The Parquet file is broken at byte ${d.byte}: ${d.reason}.`,
    fix: "Export it again; if it was downloaded, download it once more.",
  }),
  PARQUET_UNSUPPORTED: (d: { column: string; what: string }): Sentence => ({
    message: `The Parquet column "${shorten(d.column, 80)}" ${d.what}.`,
    fix: "Leave that column out, or export the table as JSON Lines.",
  }),
  PICKLE_REFUSED: (d: { name: string | null }): Sentence => ({
    message: `The content${d.name === null ? "" : ` of this ${d.name} file`} is a Python pickle, which can run code when it is opened; only .safetensors is taken for a model.`,
    fix: "Export the examples as CSV, JSON Lines or Parquet.",
  }),
  FILE_CORRUPT: (d: { what: string; reason: string }): Sentence => ({
    message: `The ${d.what} is broken: ${shorten(d.reason, 200).replace(/\.+$/, "")}.`,
    fix: "Open it in the program it came from and save it again, then choose it once more.",
  }),
  JSON_SHAPE: (d: { reason: string }): Sentence => ({
    message: `The JSON file is not one list of examples: ${d.reason}.`,
    fix: 'Write one list of objects, such as [{"prompt": "…", "answer": "…"}], or one object per line.',
  }),
  DOCUMENT_EMPTY: (d: { what: string }): Sentence => ({
    message: `No questions and answers were found in the ${d.what}.`,
    fix: 'Write "Q:" before each question and "A:" before each answer, or put each question in a heading above its answer.',
  }),
  DOCUMENT_HEADINGS: (d: { headings: number; example: string }): Sentence => ({
    message: `No questions were found, but ${d.headings.toLocaleString("en")} ${d.headings === 1 ? "heading" : "headings"} with text below, such as "${shorten(d.example, 80)}".`,
    fix: "Say that the headings are the prompts, or mark questions and answers with Q: and A:.",
  }),
  SHEET_MISSING: (d: { sheet: string; sheets: readonly string[] }): Sentence => ({
    message: `The workbook has no sheet "${shorten(d.sheet, 80)}". Sheets found: ${quoted(d.sheets)}.`,
    fix: "Choose one of its sheets.",
  }),
  NOT_A_MENDED_FILE: (d: { reason: string }): Sentence => ({
    message: `This is not a file of mended rows: ${shorten(d.reason, 300)}.`,
    fix: 'Press "Download only the bad rows", change the texts in that file, leave its columns as they are, and choose it again.',
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
  JSON_TOO_DEEP: (d: InJson): Sentence => ({
    message: `Row ${d.row} (line ${d.line}) nests more than ${LIMITS.jsonDepth} levels (max ${LIMITS.jsonDepth}).`,
    fix: "Write the example as one flat object.",
  }),
  JSON_DUPLICATE_KEY: (d: InJson & { key: string }): Sentence => ({
    message: `Row ${d.row} (line ${d.line}) names "${shorten(d.key, 80)}" twice.`,
    fix: "Keep one of the two.",
  }),
  NUMBER_RANGE: (d: { where: string; text: string }): Sentence => ({
    message: `${d.where}: ${shorten(d.text, 40)} is not a number that can be stored.`,
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
  NEAR_MEANING: (d: { row: number; other: number; isSameFile: boolean; likeness: number }): Sentence => ({
    message: `Row ${d.row} seems to ask the same as row ${d.other} of ${d.isSameFile ? "this file" : "another file of this Datanet"}, in other words (likeness ${d.likeness.toFixed(2)} of 1).`,
    fix: "Compare the two: if they say the same, this one adds little and may be left out.",
  }),
} as const;

type Builders = typeof FILE & typeof ROW;
export type IntakeCode = keyof Builders;
type Details<C extends IntakeCode> = Parameters<Builders[C]>[0];

export const CODE_SCOPES = Object.fromEntries([
  ...Object.keys(FILE).map((code) => [code, "file"]),
  ...Object.keys(ROW).map((code) => [code, "row"]),
]) as Record<IntakeCode, Scope>;

const BUILDERS: Record<string, unknown> = { ...FILE, ...ROW };

/** Builds the sentence of a code; `row` and `column` say where, when the code belongs to a row. */
export function problem<C extends IntakeCode>(
  code: C,
  details: Details<C>,
  at: { row?: number; column?: string | null } = {},
): Problem {
  const build = BUILDERS[code] as (details: Details<C>) => Sentence;
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
  /** Questions whose answer would let the file be read. */
  readonly questions: readonly ReaderQuestion[];

  constructor(refusal: Problem, guess?: string, questions: readonly ReaderQuestion[] = []) {
    super(`${refusal.code}: ${refusal.message}`);
    this.name = "FileRefused";
    this.problem = refusal;
    this.guess = guess;
    this.questions = questions;
  }
}
