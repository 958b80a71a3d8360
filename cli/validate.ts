import type { Finding } from "@/server/contribution/health/findings";
import type { Problem } from "@/server/contribution/intake/codes";
import { intakeFile } from "@/server/contribution/intake/intake";
import { fatalProblem, plainProblem, reportHead } from "@/server/contribution/intake/report";
import type { ValidateArguments } from "./arguments";
import { EXIT_INPUT } from "./failure";

export type Output = { json: unknown; text: string; exitCode: number };

/** Lines shown to a person; the JSON always lists every problem. */
const SHOWN_PROBLEMS = 20;

/** Exit code 2 when the file is refused, or when none of its rows remain. */
export async function validate(options: ValidateArguments, maxBytes: number | undefined): Promise<Output> {
  const { path, ...how } = options;
  const result = await intakeFile(path, { ...how, maxBytes });
  const { rows } = result;
  const error = fatalProblem(result, result.problems[0]);
  return {
    json: {
      ...reportHead(result, options.goal, error),
      problems: result.problems.map(plainProblem),
      findings: result.findings,
    },
    text: [
      result.problem === null
        ? `${rows.uploaded} ${rows.uploaded === 1 ? "row" : "rows"}: ${rows.kept} kept, ${rows.setAside} set aside.`
        : "The file is refused.",
      ...problemLines(result.problems),
      ...findingLines(result.findings),
    ].join("\n"),
    exitCode: error === null ? 0 : EXIT_INPUT,
  };
}

export function problemLines(problems: readonly Problem[]): string[] {
  const lines = problems
    .slice(0, SHOWN_PROBLEMS)
    .map(({ code, message, fix }) => `  ${code}: ${message} Fix: ${fix}`);
  const more = problems.length - lines.length;
  return more > 0 ? [...lines, `  and ${more} more.`] : lines;
}

/** The report on the kept rows, a code a line with its first row. */
function findingLines(findings: readonly Finding[]): string[] {
  const byCode = new Map<string, Finding[]>();
  for (const one of findings) {
    const list = byCode.get(one.code);
    if (list) list.push(one);
    else byCode.set(one.code, [one]);
  }
  return [...byCode].map(([code, [first, ...others]]) => {
    const more = others.length > 0 ? ` (and ${others.length} more)` : "";
    return `  ${first!.severity} ${code}: ${first!.message}${more} Fix: ${first!.fix}`;
  });
}
