import type { Goal } from "@/db/schema/datanet.constants";
import type { Problem } from "./codes";
import type { IntakeSummary } from "./intake";

export type PlainProblem = Pick<Problem, "code" | "row" | "column" | "message" | "fix">;

export const plainProblem = ({ code, row, column, message, fix }: Problem): PlainProblem => ({
  code,
  row,
  column,
  message,
  fix,
});

/** Why a file leaves nothing behind: its refusal, or the first problem where no row is kept; null when rows remain. */
export const fatalProblem = (summary: IntakeSummary, first: Problem | undefined): Problem | null =>
  summary.problem ?? (summary.rows.kept + summary.rows.repaired === 0 ? (first ?? null) : null);

/** What the command line and the REST call say of a file, but for its problems and findings, which may be many. */
export function reportHead(summary: IntakeSummary, goal: Goal | undefined, fatal: Problem | null) {
  const { rows, counts, health, format, mapping, fields } = summary;
  return {
    rows,
    counts,
    health,
    format,
    mapping,
    ...(goal === "fields" ? { fields } : {}),
    ...(fatal === null ? {} : { error: { code: fatal.code, message: fatal.message, fix: fatal.fix } }),
  };
}
