import type { RepairAction, Severity } from "@/db/schema/contribution.constants";

/** What the report can say of a kept row, or of the file where `row` is null. */
export const FINDING_CODES = [
  "PERSONAL_DATA",
  "HIDDEN_TEXT",
  "REFUSAL",
  "WRONG_LANGUAGE",
  "TOO_LONG",
  "PROMPT_INJECTION",
  "WHITESPACE",
  "SAME_PROMPT",
  "NEAR_DUPLICATE",
  "TEST_OVERLAP",
  "ID_COLUMN",
  "LABEL_BALANCE",
  "REPAIRED",
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/** `row` is the 1-based data row, `column` the file's name of it; `detail` holds places and numbers, no text. */
export type Finding = {
  row: number | null;
  column: string | null;
  code: FindingCode;
  severity: Severity;
  message: string;
  fix: string;
  detail: Record<string, unknown>;
};

/** What one press can do about a code: of kept rows, and of rows that are set aside unless it is pressed. */
export const REPAIRS: Record<string, readonly RepairAction[]> = {
  PERSONAL_DATA: ["fix", "leave_out"],
  HIDDEN_TEXT: ["fix", "leave_out"],
  WHITESPACE: ["fix", "leave_out"],
  REFUSAL: ["leave_out"],
  WRONG_LANGUAGE: ["leave_out"],
  TOO_LONG: ["leave_out"],
  PROMPT_INJECTION: ["leave_out"],
  SAME_PROMPT: ["leave_out"],
  NEAR_DUPLICATE: ["leave_out"],
  TEST_OVERLAP: ["leave_out"],
  SECRET_FOUND: ["fix"],
  TEXT_CONTROL: ["fix"],
  LABEL_UNKNOWN: ["fix"],
};

/** Known only when the whole file was read: their rows are named when the repair is pressed. */
export const LATE_CODES: readonly string[] = [
  "WRONG_LANGUAGE",
  "SAME_PROMPT",
  "NEAR_DUPLICATE",
  "TEST_OVERLAP",
];

const SEVERITY_OF: Record<FindingCode, Severity> = {
  PERSONAL_DATA: "warning",
  HIDDEN_TEXT: "warning",
  REFUSAL: "warning",
  WRONG_LANGUAGE: "warning",
  TOO_LONG: "warning",
  PROMPT_INJECTION: "note",
  WHITESPACE: "note",
  SAME_PROMPT: "warning",
  NEAR_DUPLICATE: "warning",
  TEST_OVERLAP: "warning",
  ID_COLUMN: "warning",
  LABEL_BALANCE: "note",
  REPAIRED: "note",
};

export function finding(
  code: FindingCode,
  at: { row?: number; column?: string | null },
  said: { message: string; fix: string; detail?: Record<string, unknown> },
): Finding {
  const { message, fix, detail = {} } = said;
  return {
    row: at.row ?? null,
    column: at.column ?? null,
    code,
    severity: SEVERITY_OF[code],
    message,
    fix,
    detail,
  };
}
