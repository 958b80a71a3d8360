import type { RepairAction } from "@/db/schema/contribution.constants";
import type { ReportLine } from "./report-lines";

/** A repair that was pressed and waits for a yes: of these rows, or of every row of the line. */
export type AskedRepair = { line: ReportLine; action: RepairAction; rows: number[] | null };

/** What can be done about one row of a line; the words are short, since they stand in every row. */
export function rowRepairs({ code, fix, leaveOut }: ReportLine): { action: RepairAction; label: string }[] {
  return [
    ...(fix ? [{ action: "fix" as const, label: SHORT[code] ?? "Repair" }] : []),
    ...(leaveOut ? [{ action: "leave_out" as const, label: "Leave out" }] : []),
  ];
}

const SHORT: Record<string, string> = {
  SECRET_FOUND: "Replace",
  PERSONAL_DATA: "Redact",
  HIDDEN_TEXT: "Remove",
  TEXT_CONTROL: "Remove",
  LABEL_UNKNOWN: "Use nearest",
  WHITESPACE: "Cut",
};
