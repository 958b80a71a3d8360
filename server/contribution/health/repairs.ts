import { closest } from "fastest-levenshtein";
import type { Repair } from "@/db/schema/contribution";
import { rowHash } from "@/server/chain/hash";
import { type Problem, problem } from "../intake/codes";
import { type IntakeRow, type RowRules, toRow } from "../intake/rows";
import { type Checked, checkRow, kindsInWords, type RowChecks, TEXT_FIXES, TEXT_ROLES } from "./check-row";
import { type Finding, finding } from "./findings";

type Cells = Record<string, unknown>;

/** The repairs of one contribution, asked for by code and row. The last one that fits decides. */
export class RepairPlan {
  private readonly byCode = new Map<string, { action: Repair["action"]; rows: Set<number> | null }[]>();
  readonly isEmpty: boolean;

  constructor(repairs: readonly Repair[]) {
    this.isEmpty = repairs.length === 0;
    for (const { code, action, rows } of repairs) {
      const list = this.byCode.get(code) ?? [];
      list.unshift({ action, rows: rows && new Set(rows) });
      this.byCode.set(code, list);
    }
  }

  actionFor(code: string, row: number): Repair["action"] | null {
    const list = this.byCode.get(code);
    return list?.find(({ rows }) => rows === null || rows.has(row))?.action ?? null;
  }

  /** The code for which a row is left out by its number, whatever is found in it now. */
  leftOutByNumber(row: number): string | null {
    for (const [code, list] of this.byCode) {
      const decides = list.find(({ rows }) => rows === null || rows.has(row));
      if (decides?.action === "leave_out" && decides.rows !== null) return code;
    }
    return null;
  }
}

export type ReadRow = { row: IntakeRow; findings: Finding[]; tokens: number; repairedFor: string[] };

/** One row of the file under the repairs: as it is kept, or why it is set aside. */
export function readRow(
  entry: { rowNumber: number; line: number; fields: Cells; isMended?: boolean },
  rules: RowRules,
  checks: RowChecks,
  plan: RepairPlan,
): ReadRow | Problem {
  const { rowNumber, line } = entry;
  const repairedFor: string[] = entry.isMended ? [MENDED] : [];
  let { fields } = entry;
  let row = toRow(rowNumber, line, fields, rules);
  for (
    let round = 0;
    "code" in row && round < 4 && plan.actionFor(row.code, rowNumber) === "fix";
    round += 1
  ) {
    const mended = mendCells(fields, row, rules);
    if (mended === null) return row;
    if (!repairedFor.includes(row.code)) repairedFor.push(row.code);
    fields = mended;
    row = toRow(rowNumber, line, fields, rules);
  }
  if ("code" in row) return row;
  const leftOut = plan.isEmpty ? null : plan.leftOutByNumber(rowNumber);
  if (leftOut !== null) return leaveOut(rowNumber, leftOut);
  let checked = checkRow(row, checks);
  if (!plan.isEmpty) {
    const codes = codesOf(checked);
    const out = codes.find((code) => plan.actionFor(code, rowNumber) === "leave_out");
    if (out !== undefined) return leaveOut(rowNumber, out);
    const fixes = codes.filter((code) => TEXT_FIXES[code] && plan.actionFor(code, rowNumber) === "fix");
    if (fixes.length > 0) {
      row = fixTexts(row, fixes);
      if (row.prompt.trim() === "" || row.answer.trim() === "") {
        const column = checks.mapping[row.prompt.trim() === "" ? "prompt" : "answer"] ?? "prompt";
        return problem("ROW_EMPTY", { row: rowNumber, column }, { row: rowNumber, column });
      }
      repairedFor.push(...fixes);
      checked = checkRow(row, checks);
    }
  }
  if (checked.secrets.length > 0) return secretFound(row, checked, checks);
  const { findings, tokens } = checked;
  if (repairedFor.length > 0) findings.push(repairedFinding(rowNumber, repairedFor));
  return { row, findings, tokens, repairedFor };
}

const codesOf = ({ findings, secrets }: Checked) => [
  ...(secrets.length > 0 ? ["SECRET_FOUND"] : []),
  ...findings.map(({ code }) => code),
];

/** What the row reads after the repairs; its hash is that of what is kept. */
export function fixTexts(row: IntakeRow, codes: readonly string[]): IntakeRow {
  const fixed = { ...row };
  for (const code of codes)
    for (const role of TEXT_ROLES)
      if (fixed[role] !== "")
        fixed[role] = TEXT_FIXES[code]!(fixed[role], role === "answer" ? row.prompt : "");
  return { ...fixed, rowHash: rowHash(fixed) };
}

export const leaveOut = (row: number, code: string) => problem("LEFT_OUT", { row, code }, { row });

function secretFound(row: IntakeRow, { secrets }: Checked, { mapping }: RowChecks): Problem {
  const kinds = secrets.flatMap(({ spans }) => spans.map(({ kind }) => kind));
  const column = mapping[secrets[0]!.role] ?? secrets[0]!.role;
  return problem(
    "SECRET_FOUND",
    { row: row.rowNumber, what: kindsInWords(kinds) },
    { row: row.rowNumber, column },
  );
}

const repairedFinding = (row: number, codes: string[]) =>
  finding(
    "REPAIRED",
    { row },
    {
      message: `Row ${row} was mended: ${codes.map((code) => DONE[code] ?? code).join(", ")}.`,
      fix: codes.includes(MENDED)
        ? "Mend it again in a file if it is still not right."
        : "Take the repair back to have the row as it was written.",
      detail: { codes },
    },
  );

/** Stands beside the codes of pressed repairs: the texts are those of a mended file. */
export const MENDED = "MENDED";

const DONE: Record<string, string> = {
  [MENDED]: "taken from your mended file",
  SECRET_FOUND: "keys replaced by placeholders",
  PERSONAL_DATA: "personal data replaced by placeholders",
  HIDDEN_TEXT: "hidden characters removed",
  WHITESPACE: "space cut",
  TEXT_CONTROL: "unstorable characters removed",
  LABEL_UNKNOWN: "the nearest label taken",
};

/** The cells with what `refusal` complains of mended, null where that cannot be done. */
function mendCells(fields: Cells, refusal: Problem, rules: RowRules): Cells | null {
  if (refusal.code === "TEXT_CONTROL") return withoutControls(fields) as Cells;
  const column = rules.mapping.answer;
  if (column === undefined) return null;
  if (refusal.code === "LABEL_UNKNOWN") {
    const value = fields[column];
    if (!Object.hasOwn(fields, column) || typeof value === "object" || !rules.labels?.length) return null;
    return { ...fields, [column]: nearestLabel(String(value), rules.labels) };
  }
  return null;
}

const nearestLabel = (answer: string, labels: readonly string[]) => {
  const said = answer.normalize("NFC").trim();
  const same = labels.find((label) => label.toLowerCase() === said.toLowerCase());
  return same ?? closest(said.slice(0, 200), labels);
};

function withoutControls(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("\u0000", "").replace(/\p{Surrogate}/gu, "");
  if (Array.isArray(value)) return value.map(withoutControls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutControls(inner)]));
}
