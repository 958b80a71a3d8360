import { and, asc, eq, gt } from "drizzle-orm";
import { type contributions, rowProblems } from "@/db/schema";
import type { Context } from "@/server/context";
import { readFields } from "@/server/datanet/words";
import { JOIN } from "./intake/column-names";
import { CsvTokenizer } from "./intake/csv";
import { LIMITS } from "./intake/limits";
import { type ColumnMapping, ROLES } from "./intake/mapping";
import { ADDED_PREFIX, cellText, guarded, ROW_COLUMN } from "./intake/mended";
import { requireOwnContribution } from "./policy";
import type { StoredInspection } from "./stored-inspection";

const PAGE = 1000;
const ADDED = [ROW_COLUMN, `${ADDED_PREFIX}why`, `${ADDED_PREFIX}fix`];
const AS_WRITTEN = `${ADDED_PREFIX}as written`;

export type BadRows = { fileName: string; lines: AsyncGenerator<string> };

/** The set-aside rows of one's own contribution as CSV: the file's columns, then row number, reason and fix. */
export async function exportBadRows(ctx: Context, contributionId: string): Promise<BadRows> {
  const row = await requireOwnContribution(ctx.db, ctx.actor, contributionId);
  const name = row.fileName.replace(/\.[A-Za-z0-9]{1,8}$/, "");
  return { fileName: `bad rows of ${name}.csv`, lines: badLines(ctx, row) };
}

async function* badLines(ctx: Context, row: typeof contributions.$inferSelect): AsyncGenerator<string> {
  const inspection = row.inspection as StoredInspection | null;
  const columns = (inspection?.columns ?? []).filter((name) => !name.startsWith(ADDED_PREFIX));
  yield mendLine([...columns, ...ADDED, AS_WRITTEN]);
  let after = 0;
  for (;;) {
    const page = await ctx.db
      .select()
      .from(rowProblems)
      .where(and(eq(rowProblems.contributionId, row.id), gt(rowProblems.row, after)))
      .orderBy(asc(rowProblems.row))
      .limit(PAGE);
    for (const problem of page) {
      const raw = problem.raw ?? "";
      const cells = readRaw(raw, inspection, row.mapping ?? {});
      yield mendLine([
        ...columns.map((name) => cells?.[name] ?? ""),
        String(problem.row ?? ""),
        `${problem.code}: ${problem.message}`,
        problem.fix,
        cells ? "" : raw,
      ]);
      after = problem.row ?? after;
    }
    if (page.length < PAGE) return;
  }
}

type Cells = Record<string, string>;

/** The cells of a row as it was written, by column; null when it cannot be cut into the file's columns. */
export function readRaw(
  raw: string,
  inspection: StoredInspection | null,
  mapping: ColumnMapping,
): Cells | null {
  // A row that was cut short would come back so.
  if (!inspection || raw.length > LIMITS.rawChars) return null;
  const object = readObject(raw);
  if (object && isKeptForm(object)) return byColumn(object, mapping);
  const { format, delimiter, columns } = inspection;
  // Rows that are written as objects, and those of a mended file, of which only such are kept.
  if (format === "jsonl" || (object && Object.keys(object).every((name) => columns.includes(name))))
    return object && textCells(object);
  try {
    const tokenizer = new CsvTokenizer(delimiter ?? ",", "\n");
    const [record] = [...tokenizer.push(raw), ...tokenizer.end()];
    if (record?.fields.length !== columns.length) return null;
    return Object.fromEntries(columns.map((name, i) => [name, record.fields[i]!]));
  } catch {
    return null;
  }
}

function readObject(raw: string): Record<string, unknown> | null {
  if (!raw.startsWith("{")) return null;
  try {
    return JSON.parse(raw) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/** A row that was kept at first is stored by role rather than as it was written. */
const isKeptForm = (object: Record<string, unknown>) =>
  Object.keys(object).length === ROLES.length && ROLES.every((role) => typeof object[role] === "string");

function byColumn(row: Record<string, unknown>, mapping: ColumnMapping): Cells {
  const cells: Cells = {};
  for (const role of ROLES) {
    const columns = mapping[role]?.split(JOIN) ?? [];
    const fields = role === "answer" && columns.length > 1 ? readFields(String(row.answer)) : null;
    // Extracted fields go back to the columns that they were read from.
    if (fields?.length === columns.length) {
      for (const [i, [, value]] of fields.entries()) cells[columns[i]!] = value;
      continue;
    }
    const [column] = columns;
    if (column && cells[column] === undefined) cells[column] = String(row[role]);
  }
  return cells;
}

function textCells(object: Record<string, unknown>): Cells {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, cellText(value)]));
}

/** RFC 4180, formulas made safe. */
export function mendLine(cells: string[]): string {
  const safe = cells.map((cell) => {
    const text = guarded(cell);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${safe.join(",")}\r\n`;
}
