import type { Preference } from "@/db/schema/judgement.constants";
import { agrestiMin, mcnemar } from "@/server/evaluation/paired";
import type { ComparisonSummary, EvaluationItem } from "@/server/evaluation/parse";
import type { Verdict } from "@/server/evaluation/schemas";
import { chanceWords } from "@/server/evaluation/words";
import { JUDGED_FOR_VERDICT } from "./words";

/** Once every question is judged. */
const CLEAR = 0.05;
/**
 * Before: the verdict is looked at after each vote, and looking again and again finds luck. With 0.05 throughout, two
 * equal models would get a verdict in up to 27 of 100 runs of 500 questions; so in under 5 (Haybittle 1971, Peto 1976).
 */
const CLEAR_EARLY = 0.001;
/** Fewer preferred answers can never be told from chance. */
const LEAST_DECIDED = 6;

export type Pair = { id: string; prompt: string; base: string; tuned: string };
export type Opinion = { itemId: string; accountId: string; preference: Preference };

/** How people judged the test of one run; `tuned` and `base` count questions by the majority of their votes. */
export type PreferenceSummary = {
  /** Test questions, and those of them that count as judged: `same` answers word for word need nobody. */
  items: number;
  judged: number;
  same: number;
  tuned: number;
  base: number;
  votes: number;
  people: number;
  /** (tuned - base) / judged, with its 95 % interval; 0 before anything is judged. */
  difference: number;
  low: number;
  high: number;
  pValue: number;
  verdict: Verdict;
  reason: string;
  /** More judged questions until there is a verdict. */
  needed: number;
};

/** The two answers of every test question. */
export const pairsOf = (items: readonly EvaluationItem[]): Pair[] =>
  items.flatMap(({ id, prompt, answers: { base, tuned } }) =>
    base && tuned ? [{ id, prompt, base: base.text, tuned: tuned.text }] : [],
  );

export const isSame = ({ base, tuned }: Pair) => base.trim() === tuned.trim();

/** What the majority of a question's votes prefers; a tie where neither has more. */
export function majority(preferences: readonly Preference[]): Preference {
  const lead = preferences.reduce((sum, p) => sum + (p === "tuned" ? 1 : p === "base" ? -1 : 0), 0);
  return lead > 0 ? "tuned" : lead < 0 ? "base" : "tie";
}

/** Each question's votes. */
export function byItem(opinions: readonly Opinion[]): Map<string, Preference[]> {
  const found = new Map<string, Preference[]>();
  for (const { itemId, preference } of opinions)
    found.set(itemId, [...(found.get(itemId) ?? []), preference]);
  return found;
}

/**
 * The verdict by an exact two-sided sign test over the questions with a preferred answer, once enough are judged; a
 * stricter one until all are.
 * `comparison` holds it back where the test itself is too small.
 */
export function summarizePreference(
  pairs: readonly Pair[],
  opinions: readonly Opinion[],
  comparison: Pick<ComparisonSummary, "rowsNeeded" | "reason">,
): PreferenceSummary {
  const votes = byItem(opinions);
  const asked = pairs.filter((pair) => !isSame(pair));
  const results = asked.flatMap(({ id }) => (votes.has(id) ? [majority(votes.get(id)!)] : []));
  const same = pairs.length - asked.length;
  const judged = same + results.length;
  const count = (wanted: Preference) => results.filter((result) => result === wanted).length;
  const [tuned, base] = [count("tuned"), count("base")];
  const [low, high] = judged > 0 ? agrestiMin(tuned, base, judged) : [-1, 1];
  const pValue = mcnemar(tuned, base);
  const needed = Math.max(0, JUDGED_FOR_VERDICT - judged);
  const figures = { items: pairs.length, judged, same, tuned, base, pValue, needed };
  return {
    ...figures,
    votes: opinions.length,
    people: new Set(opinions.map(({ accountId }) => accountId)).size,
    difference: judged > 0 ? (tuned - base) / judged : 0,
    low,
    high,
    ...(comparison.rowsNeeded === null
      ? judge(figures)
      : { verdict: "not_measured" as const, reason: comparison.reason }),
  };
}

type Figures = Pick<PreferenceSummary, "items" | "judged" | "tuned" | "base" | "pValue" | "needed">;

function judge({ items, judged, tuned, base, pValue, needed }: Figures): {
  verdict: Verdict;
  reason: string;
} {
  if (needed > 0) {
    const reason = `People have judged ${judged} of the ${items} test questions; ${JUDGED_FOR_VERDICT} are needed, so ${needed} more.`;
    return { verdict: "not_measured", reason };
  }
  const found = `Of ${judged} judged questions the adapter’s answer was preferred on ${tuned}, the base model’s on ${base}`;
  const left = items - judged;
  if (pValue < (left > 0 ? CLEAR_EARLY : CLEAR)) {
    const verdict = tuned > base ? "better" : "worse";
    return {
      verdict,
      reason: `${found}: more than chance explains; chance alone would do this ${chanceWords(pValue)}.`,
    };
  }
  if (left > 0) {
    const reason = `${found}. Before all are judged only a preference that chance would give less than once in a thousand times counts, because the result is looked at again and again. ${left} are left.`;
    return { verdict: "not_enough_evidence", reason };
  }
  const reason =
    tuned + base < LEAST_DECIDED
      ? `${found}: fewer than ${LEAST_DECIDED} preferred answers can never show a difference.`
      : `${found}: chance alone may explain this; it would do as much ${chanceWords(pValue)}.`;
  return { verdict: "not_enough_evidence", reason };
}
