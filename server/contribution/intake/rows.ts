import { hash } from "node:crypto";
import { closest } from "fastest-levenshtein";
import type { Goal } from "@/db/schema/datanet.constants";
import { canonicalJson, normalizeRow } from "@/server/chain/hash";
import { type Problem, problem } from "./codes";
import { JOIN } from "./column-names";
import { fieldsAnswer } from "./fields";
import { LIMITS } from "./limits";
import { type ColumnMapping, chatTurns, ROLES, type Role, type Turn } from "./mapping";

/** One kept example. Texts are NFC; an absent field is "". `rowHash` is 64 hex digits (SPEC, hash rules). */
export type IntakeRow = {
  rowNumber: number;
  line: number;
  prompt: string;
  answer: string;
  system: string;
  category: string;
  source: string;
  rowHash: string;
  /** The codes that it was mended for; absent where it stands as it was written. */
  repairedFor?: string[];
};

export type RowRules = {
  mapping: ColumnMapping;
  goal?: Goal;
  labels?: readonly string[];
  fields?: readonly string[];
};
type Fields = Record<string, unknown>;

/** Fields of one data row to a kept row, or the problem that sets it aside. Duplicates are the caller's to find. */
export function toRow(rowNumber: number, line: number, fields: Fields, rules: RowRules): IntakeRow | Problem {
  for (const [column, value] of Object.entries(fields)) {
    const bad = checkValue(rowNumber, column, value, 0);
    if (bad) return bad;
  }
  const values = { prompt: "", answer: "", system: "", category: "", source: "" };
  for (const role of ROLES) {
    const column = rules.mapping[role];
    if (column === undefined) continue;
    // Its one form is written from the fields, below.
    if (role === "answer" && rules.goal === "fields") continue;
    const text = roleText(fields, column, role, column !== rules.mapping.answer);
    if (text === null) {
      return problem(
        "JSON_LINE",
        { line, column: 1, reason: `"${column}" holds a list or an object, text is needed` },
        { row: rowNumber, column },
      );
    }
    values[role] = text.normalize("NFC");
  }
  // Labels and tags are compared as a whole, so stray spaces around them would make new ones.
  values.category = values.category.trim();
  values.source = values.source.trim();
  if (rules.goal === "label") values.answer = values.answer.trim();
  if (rules.goal === "fields" && values.prompt.trim() !== "") {
    const at = { row: rowNumber, column: rules.mapping.answer ?? "answer" };
    const answer = fieldsAnswer(fields, at, rules.fields ?? [], (cells, column) =>
      roleText(cells, column, "answer"),
    );
    if (typeof answer !== "string") return answer;
    values.answer = answer;
  }
  for (const role of ["prompt", "answer"] as const) {
    if (values[role].trim() === "") {
      const column = rules.mapping[role] ?? role;
      return problem("ROW_EMPTY", { row: rowNumber, column }, { row: rowNumber, column });
    }
  }
  if (rules.goal === "label") {
    if (values.category === "") values.category = values.answer;
    const { labels } = rules;
    if (labels && labels.length > 0 && !labels.includes(values.answer)) {
      const nearest = values.answer.length < 200 ? closest(values.answer, labels) : null;
      return problem(
        "LABEL_UNKNOWN",
        { row: rowNumber, answer: values.answer, nearest },
        { row: rowNumber, column: rules.mapping.answer ?? "answer" },
      );
    }
  }
  // chain/hash.ts's rowHash by Node's own SHA-256, which is faster than the one that also runs in a browser.
  return { rowNumber, line, ...values, rowHash: hash("sha256", canonicalJson(normalizeRow(values)), "hex") };
}

/** The key under which two rows are the same example: NFC, white space collapsed. */
export function duplicateKey(row: Pick<IntakeRow, "prompt" | "answer">): string {
  const squash = (text: string) => text.trim().replace(/\s+/g, " ");
  return `${squash(row.prompt)}\u0000${squash(row.answer)}`;
}

function checkValue(row: number, column: string, value: unknown, depth: number): Problem | null {
  if (typeof value === "string") return checkText(row, column, value);
  if (typeof value !== "object" || value === null || depth > LIMITS.jsonDepth) return null;
  for (const inner of Object.values(value)) {
    const bad = checkValue(row, column, inner, depth + 1);
    if (bad) return bad;
  }
  return null;
}

function checkText(row: number, column: string, text: string): Problem | null {
  if (
    text.length > LIMITS.cellBytes ||
    (text.length * 3 > LIMITS.cellBytes && Buffer.byteLength(text) > LIMITS.cellBytes)
  ) {
    return problem("CELL_TOO_LARGE", { row, column }, { row, column });
  }
  if (text.includes("\u0000"))
    return problem("TEXT_CONTROL", { row, column, what: "a NUL character" }, { row, column });
  if (!text.isWellFormed()) {
    return problem(
      "TEXT_CONTROL",
      { row, column, what: "half of a character (a lone surrogate)" },
      { row, column },
    );
  }
  return null;
}

/**
 * The text that `column` holds for `role`: "" when absent, null when it holds no text.
 * @param isApart no other role reads its answer out of this column, so that a chat in it is a prompt to its end
 */
function roleText(fields: Fields, column: string, role: Role, isApart = false): string | null {
  if (!Object.hasOwn(fields, column) && column.includes(JOIN)) {
    const parts = column.split(JOIN).map((name) => roleText(fields, name, role));
    return parts.includes(null) ? null : parts.filter((part) => part?.trim()).join("\n\n");
  }
  const value = Object.hasOwn(fields, column) ? fields[column] : "";
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const turns = chatTurns(value);
  if (turns === null) return null;
  return role === "prompt" && isApart ? promptText(turns) : turnsText(turns, role);
}

/** Turns that end where the answer in another column begins. */
function promptText(turns: readonly Turn[]): string {
  return namedTurns(turns.filter((turn) => turn.role !== "system"));
}

/** The last answer is what is learned; earlier turns become the prompt, named so that who spoke stays clear. */
function turnsText(turns: readonly Turn[], role: Role): string {
  if (role === "system")
    return turns
      .filter((turn) => turn.role === "system")
      .map((turn) => turn.text)
      .join("\n\n");
  const talk = turns.filter((turn) => turn.role !== "system");
  const last = talk.findLastIndex((turn) => turn.role === "assistant");
  if (last < 0) return role === "prompt" ? (talk[0]?.text ?? "") : "";
  if (role === "answer") return talk[last]!.text;
  const before = talk.slice(0, last);
  return namedTurns(before);
}

function namedTurns(turns: readonly Turn[]): string {
  if (turns.length === 1) return turns[0]!.text;
  return turns.map((turn) => `${turn.role === "user" ? "User" : "Assistant"}: ${turn.text}`).join("\n\n");
}
