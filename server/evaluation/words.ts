import type { Kept } from "./schemas";

const MILLION = 1e6;
const grouped = (whole: number) => String(whole).replace(/\B(?=(\d{3})+$)/g, ",");

/**
 * A p value as a person reads it: how often chance alone would do as much. "about once in 33 times",
 * "less than once in a million times". The runner writes its reasons the same way (`chance_words` in stats.py).
 */
export function chanceWords(p: number): string {
  if (p < 1 / MILLION) return "less than once in a million times";
  if (p < 0.1) return `about once in ${grouped(Number((1 / p).toPrecision(2)))} times`;
  return p > 0.995 ? "nearly every time" : `about ${Math.round(100 * p)} times in 100`;
}

/** A p value for who wants it exactly: two digits, tiny ones as a bound, never an exponent. */
export const pText = (p: number): string => (p < 0.001 ? "p < 0.001" : `p = ${Number(p.toPrecision(2))}`);

const OLDER =
  /(?:(more got (?:better|worse) than chance explains)|chance alone explains this) \(p = (\S+)\)\./;

/** The reason of a verdict in today's words: runs of earlier versions, samples among them, ended it with a bare p. */
export const readableReason = (reason: string): string =>
  reason.replace(OLDER, (_, found: string | undefined, p: string) =>
    found
      ? `${found}; chance alone would do this ${chanceWords(Number(p))}.`
      : `chance alone may explain this; it would do as much ${chanceWords(Number(p))}.`,
  );

/** What a run set out to show, without terms of statistics: the exact words are the ones that were hashed. */
export const readableHypothesis = (hypothesis: string): string =>
  hypothesis
    .replace(/ \(exact McNemar test[^)]*\)/, "")
    .replace(/has a higher (?:accuracy|normalised exact match) than/, "answers more of them right than")
    .replace("and a higher one than always giving", "and more than always giving")
    .replace(/ \(exact sign test[^)]*\)/, "");

type Counts = {
  n: number;
  before: number;
  after: number;
  difference: number;
  low: number;
  high: number;
  verdict: Kept;
  itemsNeeded: number | null;
};

/** The suite's abilities as a person calls them, in its order. */
export const ABILITY_NAMES: Record<string, string> = {
  arithmetic: "Small sums",
  instructions: "Doing what is asked",
  format: "Keeping a form",
  facts: "Capitals",
  words: "Meanings of words",
  refusals: "Declining harm",
};

export const KEPT_WORDS: Record<Kept, string> = {
  held: "Held",
  lost: "Lost",
  cannot_tell: "Cannot be told",
  too_little: "Too little to lose",
};

const points = (fraction: number) => String(Math.round(Math.abs(fraction) * 100));

/** What became of general ability, in one sentence; `margin` and the bounds are fractions. */
export function abilitySentence(of: Counts, margin: number): string {
  const counts = `${of.before} of ${of.n} questions outside this task were right before training and ${of.after} after`;
  const within = `${points(margin)} in 100`;
  switch (of.verdict) {
    case "held":
      return `General ability was held: ${counts}; a loss of more than ${within} is excluded.`;
    case "lost":
      return `General ability was lost: ${counts}, a loss of ${points(of.high)} to ${points(of.low)} in 100.`;
    case "cannot_tell":
      return `Whether general ability was held cannot be told: ${counts}; a loss of more than ${within} is not excluded${of.itemsNeeded ? `, which would take about ${of.itemsNeeded} questions` : ""}.`;
    case "too_little":
      return `This base knows too little to lose: ${counts}, hardly more than guessing gives.`;
  }
}
