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
