import type { Run } from "../run-words";

type Known = Pick<Run, "kind" | "metric" | "isFinal" | "hasAbility" | "hasInfluence"> & {
  evaluation: object | null;
  categories: number;
};

/** What a report of this run cannot say, and why. */
export function missing({ kind, metric, isFinal, ...has }: Known): string[] {
  const yet = isFinal ? "" : " yet";
  if (!has.evaluation)
    return [`It was not measured${yet}: whether the adapter is better is not known, nor is anything below.`];
  const said: string[] = [];
  if (metric === "preference")
    said.push("A style has no right answers: people judge it, so nothing is counted as fixed or broken.");
  else if (has.categories === 0) said.push("The rows name no categories, so there is no result by category.");
  if (!has.hasAbility)
    said.push(`General ability was not measured${yet}: what else the adapter lost is not known.`);
  if (!has.hasInfluence) said.push(influence(kind, yet));
  return said;
}

function influence(kind: Run["kind"], yet: string): string {
  if (kind === "measure") return "It was made elsewhere: whose rows helped cannot be known here.";
  if (kind === "removal") return "It checks another run, so its own rows were not scored.";
  return `Whose data helped was not estimated${yet}.`;
}

export const missingSentences = (run: Run): string[] =>
  missing({ ...run, categories: run.evaluation?.categories.length ?? 0 });
