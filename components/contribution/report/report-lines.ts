import type { RepairAction, Severity } from "@/db/schema/contribution.constants";
import { formatCount } from "../../common/numbers";
import { rowsText } from "../words";
import { importance, wordsFor } from "./finding-words";

/** What the server counts of kept rows, and of rows set aside. `rows` is 0 for a note on the whole file. */
export type FoundCount = { code: string; severity: Severity; rows: number; repairs: readonly RepairAction[] };
export type SetAsideCount = { code: string; n: number };

/** One kind of finding: what the page says of it, and what one press does to all of its rows. */
export type ReportLine = {
  code: string;
  severity: Severity;
  /** Rows; 0 for a note on the whole file. */
  n: number;
  title: string;
  why: string;
  fix: string | null;
  leaveOut: string | null;
};

/** What the contributor changed is listed apart from what was found. */
const OWN_CHANGES = ["REPAIRED", "LEFT_OUT"];
const SEVERITY_ORDER: readonly Severity[] = ["set_aside", "warning", "note"];

/** All kinds of findings in the order of what matters: not kept, then worth a look, then good to know. */
export function reportLines(found: readonly FoundCount[], setAside: readonly SetAsideCount[]): ReportLine[] {
  const lines = [
    ...setAside.map(({ code, n }) => toLine(code, "set_aside", n, wordsFor(code).fix ? ["fix"] : [])),
    ...found.map(({ code, severity, rows, repairs }) => toLine(code, severity, rows, repairs)),
  ];
  return lines
    .filter(({ code }) => !OWN_CHANGES.includes(code))
    .sort(
      (a, b) =>
        SEVERITY_ORDER.indexOf(a.severity) - SEVERITY_ORDER.indexOf(b.severity) ||
        importance(a.code) - importance(b.code) ||
        b.n - a.n,
    );
}

function toLine(code: string, severity: Severity, n: number, repairs: readonly RepairAction[]): ReportLine {
  const words = wordsFor(code);
  return {
    code,
    severity,
    n,
    title: words.title(rowsText(n), n),
    why: words.why,
    fix: repairs.includes("fix") && words.fix ? words.fix(n) : null,
    leaveOut: repairs.includes("leave_out")
      ? `Leave ${n === 1 ? "this row" : `these ${rowsText(n)}`} out`
      : null,
  };
}

type Rows = { kept: number; repaired: number; setAside: number; uploaded: number };

/** The report in one sentence. */
export function reportSentence(lines: readonly ReportLine[], rows: Rows): string {
  const usable = rows.kept + rows.repaired;
  const kinds = lines.filter(({ severity }) => severity !== "note").length;
  if (usable === 0) return "No row can be used as it stands; the reasons are below.";
  if (kinds === 0 && rows.setAside === 0) {
    const all = rows.uploaded === 1 ? "the one row" : `all ${rowsText(rows.uploaded)}`;
    return `Nothing to mend: ${all} can be used.`;
  }
  const aside = rows.setAside > 0 ? `${rowsText(rows.setAside)} cannot be used as they stand. ` : "";
  const looks = lines.filter(({ severity }) => severity === "warning").length;
  const look =
    looks > 0
      ? `${formatCount(looks)} ${looks === 1 ? "thing is" : "things are"} worth a look before you submit.`
      : "The others can be submitted as they are.";
  return aside.replace(/^1 row cannot be used as they stand/, "1 row cannot be used as it stands") + look;
}

/** Warnings that the contributor should have seen before the rows go to others. */
export const openWarnings = (lines: readonly ReportLine[]) =>
  lines.filter(({ severity }) => severity === "warning");

/** Others' data must not be given away by oversight: the contributor says that it is meant to be there. */
export const needsConsent = ({ code, severity }: ReportLine) =>
  code === "PERSONAL_DATA" && severity === "warning";

type DoneRepair = { code: string; action: RepairAction; rows: readonly number[] | null; n: number };

/** A repair that was pressed, as it is listed with its undo. `n` is how many rows it changed. */
export function doneSentence({ code, action, rows, n }: DoneRepair): string {
  const words = wordsFor(code);
  const which = n === 1 && rows?.length === 1 ? `row ${formatCount(rows[0]!)}` : rowsText(n);
  return action === "leave_out"
    ? `Left out ${which}: ${words.name.toLowerCase()}.`
    : `Repaired ${which}: ${words.done ?? words.name.toLowerCase()}.`;
}
