type Rank = { rank: number; low: number; high: number; n: number };
export type Agreement = {
  people: Rank | null;
  rows: Rank | null;
  isReliable: boolean | null;
  by: "people" | "rows" | null;
};

/** 0.834 -> "0.83", with a true minus. */
const two = (value: number) => value.toFixed(2).replace("-", "−");
const spread = ({ rank, low, high }: Rank) => `${two(rank)} (95 % interval ${two(low)} to ${two(high)})`;

/** How far the fast scores put people and rows in the same order as the trace does. */
export function agreementSentence({ people, rows, isReliable }: Agreement): string {
  const parts: string[] = [];
  if (people) parts.push(`people ${spread(people)}, ${people.n} of them`);
  if (rows) parts.push(`single rows ${spread(rows)}, ${rows.n} of them`);
  if (parts.length === 0) return "There is too little to compare the fast scores with the trace.";
  const said =
    isReliable === null
      ? "The bars beside the trace, which cannot judge them here"
      : isReliable
        ? "The bars put them in much the same order as the trace"
        : "The bars put them in another order than the trace";
  return `${said}: rank agreement for ${parts.join("; for ")}. 1 is the same order, 0 none.`;
}

type Interval = { id: string; low: number; high: number };
const sign = ({ low, high }: Interval) => (low > 0 ? "+" : high < 0 ? "-" : "0");

/**
 * How often bars and trace have the sign that training again without somebody found, counted where that is clear; null
 * where it is clear for nobody.
 */
export function retrainedSentence(
  retrained: readonly Interval[],
  bars: readonly Interval[],
  traced: readonly Interval[],
): string | null {
  const clear = retrained.filter((check) => sign(check) !== "0");
  if (clear.length === 0) return null;
  const right = (from: readonly Interval[]) =>
    clear.filter((check) => from.some((group) => group.id === check.id && sign(group) === sign(check)))
      .length;
  const checks = clear.length === 1 ? "the one check" : `${clear.length} checks`;
  const found = [
    `the bars in ${right(bars)}`,
    ...(traced.length > 0 ? [`the trace in ${right(traced)}`] : []),
  ];
  return `Of ${checks} by retraining with a clear sign, ${found.join(", ")} claimed the same.`;
}

/** Why the bars are not to be relied on, and what to read instead. */
export function notReliable({ by }: { by: Agreement["by"] | "retrains" }): string {
  if (by === "retrains")
    return "The bars put people in another order than training again without them does. Go by the retrains (the circles).";
  return by === "people"
    ? "The bars put people in another order than the trace of the whole training. Go by the trace (the diamonds), and for proof train again without somebody’s rows."
    : "The bars put rows in another order than the trace of the whole training. Go by the trace, and for proof train again without the rows.";
}

type Retrains = {
  contributors: number;
  n: number;
  missing: number;
  agreement: Rank | null;
  ceiling: number | null;
  isReliable: boolean | null;
};

/** How far the bars agree with training again without people, beside what noise allows; or what is missing to say so. */
export function retrainAgreementSentence(found: Retrains): string {
  const { contributors, n, missing, agreement, ceiling, isReliable } = found;
  const people = (count: number) => (count === 1 ? "one contributor" : `${count} contributors`);
  if (missing > 0) {
    const so =
      n === 0
        ? "No training without somebody’s rows was made"
        : `Only ${people(n)} ${n === 1 ? "was" : "were"} checked by retraining`;
    if (contributors < n + missing)
      return `${so}; with ${people(contributors)} there is no order that retraining could confirm.`;
    return `${so}: too few to say how far the bars agree with it. ${missing} more ${missing === 1 ? "check is" : "checks are"} needed.`;
  }
  if (!agreement) return `Retraining without ${people(n)} tells none of them from another.`;
  const order =
    isReliable === null
      ? "The bars’ order of people cannot be told from chance by retraining"
      : isReliable
        ? "The bars put people in much the same order as retraining does"
        : "The bars put people in another order than retraining does";
  const most =
    ceiling === null
      ? ""
      : ` The most that can be reached is ${two(ceiling)}: so far such retrains agree with themselves when other questions are drawn (what other seeds would change is not in it).`;
  return `${order}: rank agreement ${spread(agreement)}, ${people(n)}.${most}`;
}
