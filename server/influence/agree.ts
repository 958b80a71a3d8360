/** How far two scores of the same things agree: pure figures, the same on every machine. */

type Interval = { value: number; low: number; high: number };
export type RankAgreement = { rank: number; low: number; high: number; n: number };

/** Draws of a bootstrap; a percentile of a thousand is steady to the second digit. */
const DRAWS = 1000;
/** So many things have a narrow interval, which fewer draws show as well. */
const [MANY, FEWER_DRAWS] = [2000, 200];
/** A 95 % interval of a normal is so many standard deviations wide. */
const WIDTH = 2 * 1.959964;
/** Contributors' agreement under which the scores of a run are not to be relied on (the acceptance figure). */
export const LEAST_AGREEMENT = 0.9;
/**
 * AdamW's eps under which a trace predicts retrains too poorly to judge by: rank correlations of 0.08 and 0.61 at 1e-8 on
 * the samples, 0.92 and 0.88 at 1e-5 (training-runner/PRESETS.md).
 */
export const LEAST_EPS = 1e-5;
const LEAST_PEOPLE = 3;
/** For a run of one or two contributors only rows can be compared, and single rows agree less. */
export const LEAST_ROW_AGREEMENT = 0.5;

/** Spearman's rank correlation, ties sharing their mean rank; null where either side has no spread. */
export function spearman(a: readonly number[], b: readonly number[]): number | null {
  return pearson(ranks(a), ranks(b));
}

function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const found = new Array<number>(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let k = start; k < end; k++) found[order[k]!] = (start + end - 1) / 2;
    start = end;
  }
  return found;
}

function pearson(a: readonly number[], b: readonly number[]): number | null {
  const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (const [i, x] of a.entries()) {
    const [da, db] = [x - meanA, b[i]! - meanB];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : null;
}

/**
 * Rank agreement over many things, its interval from drawing them anew with the ranks they have; null for fewer than ten
 * or without spread. Ranking each draw again would cost a second of the web process for a thousand rows.
 */
export function agreeOverMany(a: readonly number[], b: readonly number[]): RankAgreement | null {
  const [rankA, rankB] = [ranks(a), ranks(b)];
  const rank = a.length < 10 ? null : pearson(rankA, rankB);
  if (rank === null) return null;
  const next = random();
  const n = a.length;
  const draws = Array.from({ length: n > MANY ? FEWER_DRAWS : DRAWS }, () => {
    const [x, y] = [new Array<number>(n), new Array<number>(n)];
    for (let k = 0; k < n; k++) {
      const i = Math.floor(next() * n);
      x[k] = rankA[i]!;
      y[k] = rankB[i]!;
    }
    return pearson(x, y);
  });
  return { rank, ...percentiles(draws), n };
}

/**
 * Rank agreement over a few things, such as contributors. Drawing so few anew says nothing, so each value is drawn from
 * its own interval instead (a normal, over questions). Null for fewer than two or without spread.
 */
export function agreeOverFew(a: readonly Interval[], b: readonly Interval[]): RankAgreement | null {
  const values = (from: readonly Interval[]) => from.map(({ value }) => value);
  const rank = a.length < 2 ? null : spearman(values(a), values(b));
  if (rank === null) return null;
  return { rank, ...percentiles(redrawn(a, b)), n: a.length };
}

/** Rank agreements of both sides, each value drawn anew from its own interval. */
function redrawn(a: readonly Interval[], b: readonly Interval[]): (number | null)[] {
  const next = random();
  const drawn = (from: readonly Interval[]) =>
    from.map(({ value, low, high }) => value + normal(next) * ((high - low) / WIDTH));
  return Array.from({ length: DRAWS }, () => spearman(drawn(a), drawn(b)));
}

/**
 * The noise ceiling: how far a measure agrees with itself when its questions are drawn anew, on average. What differs from
 * seed to seed is not in it. Null for fewer than two or without spread.
 */
export function ceilingOf(measured: readonly Interval[]): number | null {
  if (measured.length < 2) return null;
  const draws = redrawn(measured, measured).filter((draw) => draw !== null);
  return draws.length > 0 ? draws.reduce((sum, draw) => sum + draw, 0) / draws.length : null;
}

type Named = Interval & { id: string };
export type RetrainAgreement = {
  /** Contributors that were scored, and how many of them were also checked by retraining. */
  contributors: number;
  n: number;
  /** Checks that are needed before anything is said. */
  missing: number;
  agreement: RankAgreement | null;
  ceiling: number | null;
  isReliable: boolean | null;
};

/** How far the fast scores put contributors in the order in which training again without each of them puts them. */
export function agreeWithRetrains(fast: readonly Named[], retrained: readonly Named[]): RetrainAgreement {
  const pairs = retrained.flatMap((check) => {
    const score = fast.find(({ id }) => id === check.id);
    return score ? [{ score, check }] : [];
  });
  const measured = pairs.map(({ check }) => check);
  const n = pairs.length;
  const isEnough = n >= LEAST_PEOPLE;
  const agreement = isEnough
    ? agreeOverFew(
        pairs.map(({ score }) => score),
        measured,
      )
    : null;
  return {
    contributors: fast.length,
    n,
    missing: Math.max(0, LEAST_PEOPLE - n),
    agreement,
    ceiling: isEnough ? ceilingOf(measured) : null,
    isReliable: judge(agreement, null, false).isReliable,
  };
}

function percentiles(draws: (number | null)[]): { low: number; high: number } {
  const sorted = draws.filter((draw) => draw !== null).sort((x, y) => x - y);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return { low: at(0.025), high: at(0.975) };
}

/** Mulberry32 from a fixed seed: an interval is the same whenever it is read. */
function random(): () => number {
  let state = 0x6d66;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Box and Muller's. */
const normal = (next: () => number) => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

export type Judgement = { isReliable: boolean | null; by: "people" | "rows" | null };

/**
 * Whether the fast scores of a run may be relied on, by what the trace says of people, or of rows where there are fewer
 * than three people (two agree half of the time by chance). Null where nothing can be compared, where the agreement of
 * people is high but its interval includes none, and where the trace is too rough to judge anything.
 */
export function judge(people: RankAgreement | null, rows: RankAgreement | null, isRough: boolean): Judgement {
  if (isRough) return { isReliable: null, by: null };
  if (people && people.n >= LEAST_PEOPLE) {
    if (people.rank < LEAST_AGREEMENT) return { isReliable: false, by: "people" };
    return { isReliable: people.low > 0 ? true : null, by: "people" };
  }
  return rows ? { isReliable: rows.rank >= LEAST_ROW_AGREEMENT, by: "rows" } : { isReliable: null, by: null };
}
