import { closest } from "fastest-levenshtein";
import { fieldText, readFields, writeFields } from "@/server/datanet/words";
import { type Problem, problem, shorten } from "./codes";
import { JOIN, plainName } from "./column-names";
import { scanJson } from "./json-scan";
import { LIMITS } from "./limits";

type Cells = Record<string, unknown>;

const isObject = (value: unknown): value is Cells =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The object that a cell holds, as it is or as JSON text. */
const objectOf = (value: unknown): Cells | null => {
  if (typeof value === "string") {
    const pairs = value.trimStart().startsWith("{") ? readFields(value) : null;
    return pairs && Object.fromEntries(pairs);
  }
  return isObject(value) ? value : null;
};

/** The first column in which a sample row holds a JSON object; those named `preferred` are looked at first. */
function objectColumn(columns: readonly string[], samples: readonly Cells[], preferred: readonly string[]) {
  const isPreferred = (name: string) => preferred.includes(plainName(name));
  const ordered = [...columns.filter(isPreferred), ...columns.filter((name) => !isPreferred(name))];
  return ordered.find((name) => samples.some((row) => objectOf(row[name]) !== null));
}

/** The columns named like the fields, in the fields' order; undefined where one has none. */
export function columnsOfFields(columns: readonly string[], fields: readonly string[]) {
  return fields.map(
    (field) =>
      columns.find((name) => name === field) ?? columns.find((name) => plainName(name) === plainName(field)),
  );
}

/** Where the fields stand: one column of JSON objects, else a column for each of them; null when neither is there. */
export function answerColumns(
  columns: readonly string[],
  samples: readonly Cells[],
  fields: readonly string[],
  preferred: readonly string[],
): string[] | null {
  const found = columnsOfFields(columns, fields);
  const object = objectColumn(columns, samples, preferred);
  if (object !== undefined && (preferred.includes(plainName(object)) || found.includes(undefined)))
    return [object];
  return fields.length > 0 && !found.includes(undefined) ? (found as string[]) : null;
}

/** The fields of a file that nobody named: those of its first object, else its columns without `others`. */
export function inferFields(
  columns: readonly string[],
  samples: readonly Cells[],
  preferred: readonly string[],
  others: readonly (string | undefined)[],
): string[] {
  const object = objectColumn(columns, samples, preferred);
  if (object === undefined) return columns.filter((name) => !others.includes(name));
  const first = samples.map((row) => objectOf(row[object])).find((found) => found !== null);
  return Object.keys(first ?? {});
}

type At = { row: number; column: string };
type Read = { object: Cells } | { refused: Problem };
type ReadText = (cells: Cells, column: string) => string | null;

/** The row's answer in its one form. `textOf` reads a cell as text, null where it holds none. */
export function fieldsAnswer(
  cells: Cells,
  at: At,
  fields: readonly string[],
  textOf: ReadText,
): string | Problem {
  const { column } = at;
  const columns = Object.hasOwn(cells, column) ? [column] : column.split(JOIN);
  const isEach =
    columns.length === fields.length &&
    (columns.length > 1 || columnsOfFields(columns, fields)[0] === column);
  if (isEach && objectOf(cells[column]) === null)
    return write(fromColumns(cells, columns, fields), fields, at);
  const read = fromCell(cells, at, textOf);
  return "refused" in read ? read.refused : write(read.object, fields, at);
}

const fromColumns = (cells: Cells, columns: readonly string[], fields: readonly string[]): Cells =>
  Object.fromEntries(
    fields.flatMap((field, i) => (Object.hasOwn(cells, columns[i]!) ? [[field, cells[columns[i]!]]] : [])),
  );

function fromCell(cells: Cells, at: At, textOf: ReadText): Read {
  const value = cells[at.column];
  if (isObject(value)) return { object: value };
  const broken = (reason: string) => ({ refused: problem("FIELDS_JSON", { row: at.row, reason }, at) });
  const said = textOf(cells, at.column);
  if (said === null) return broken("it is a list");
  if (said.trim() === "") return { refused: problem("ROW_EMPTY", at, at) };
  const fault = scanJson(said, LIMITS.jsonDepth);
  if (fault?.kind === "duplicate") return broken(`"${shorten(fault.key, 80)}" stands in it twice`);
  if (fault?.kind === "syntax") return broken(`${fault.reason}, at character ${fault.column}`);
  if (fault) return broken("it nests too deep, or holds a number that is none");
  const parsed: unknown = JSON.parse(said);
  return isObject(parsed) ? { object: parsed } : broken("it is not an object");
}

function write(object: Cells, fields: readonly string[], at: At): string | Problem {
  const { row } = at;
  const given = new Map(Object.entries(object).map(([name, value]) => [name.normalize("NFC").trim(), value]));
  const unknown = [...given.keys()].find((name) => !fields.includes(name));
  if (unknown !== undefined) {
    const nearest = unknown.length < 200 ? closest(unknown, [...fields]) : null;
    return problem("FIELD_UNKNOWN", { row, field: unknown.toWellFormed(), nearest }, at);
  }
  const values: Record<string, string> = {};
  for (const field of fields) {
    if (!given.has(field)) return problem("FIELD_MISSING", { row, field }, at);
    const text = fieldText(given.get(field));
    if (text === null) return problem("FIELD_VALUE", { row, field }, at);
    if (text.includes("\u0000") || !text.isWellFormed())
      return problem("TEXT_CONTROL", { ...at, what: `a sign in "${field}" that cannot be stored` }, at);
    values[field] = text.normalize("NFC").trim();
  }
  if (Object.values(values).every((value) => value === "")) return problem("ROW_EMPTY", at, at);
  return writeFields(fields, values);
}
