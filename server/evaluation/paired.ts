/**
 * Exact statistics of two arms on the same items, the same computations as training-runner/runner/stats.py (its
 * figures are the golden cases of the test beside). Rates and differences are fractions.
 */
export type Paired = {
  n: number;
  /** Right in the second and wrong in the first; `broken` the reverse. */
  fixed: number;
  broken: number;
  bothRight: number;
  bothWrong: number;
  /** Of the second to the first, -1..1, with its 95 % interval. */
  difference: number;
  low: number;
  high: number;
  pValue: number;
};

const Z_95 = 1.959963984540054;

/** ln k! for k = 0..n. */
function logFactorials(n: number): Float64Array {
  const logs = new Float64Array(n + 1);
  for (let k = 1; k <= n; k++) logs[k] = logs[k - 1]! + Math.log(k);
  return logs;
}

/** Two-sided exact McNemar p: a sign test on the items that changed. 1 when none changed. */
export function mcnemar(fixed: number, broken: number): number {
  const changed = fixed + broken;
  const logs = logFactorials(changed);
  let tail = 0;
  for (let k = 0; k <= Math.min(fixed, broken); k++)
    tail += Math.exp(logs[changed]! - logs[k]! - logs[changed - k]! - changed * Math.LN2);
  return Math.min(1, 2 * tail);
}

/**
 * 95 % interval of the paired difference (fixed - broken) / n: 0.5 added to each of the four cells, then Wald, cut to
 * [-1, 1]. Agresti & Min 2005, Statistics in Medicine 24:729-740.
 */
export function agrestiMin(fixed: number, broken: number, n: number): [number, number] {
  const total = n + 2;
  const centre = (fixed - broken) / total;
  const spread = (Z_95 * Math.sqrt(fixed + broken + 1 - (fixed - broken) ** 2 / total)) / total;
  return [Math.max(-1, centre - spread), Math.min(1, centre + spread)];
}

/** The comparison over pairs [right in the first, right in the second]. */
export function comparePaired(pairs: readonly (readonly [boolean, boolean])[]): Paired {
  const n = pairs.length;
  const count = (first: boolean, second: boolean) =>
    pairs.filter(([a, b]) => a === first && b === second).length;
  const [fixed, broken, bothRight] = [count(false, true), count(true, false), count(true, true)];
  const [low, high] = agrestiMin(fixed, broken, n);
  return {
    n,
    fixed,
    broken,
    bothRight,
    bothWrong: n - fixed - broken - bothRight,
    difference: n > 0 ? (fixed - broken) / n : 0,
    low,
    high,
    pValue: mcnemar(fixed, broken),
  };
}

type Rate = { right: number; n: number };

/** One-sided exact p (Fisher) that `own` is right no less often than `others`: small when own is clearly lower. */
export function fisherLower(own: Rate, others: Rate): number {
  const total = own.n + others.n;
  const right = own.right + others.right;
  const logs = logFactorials(total);
  const choose = (n: number, k: number) => logs[n]! - logs[k]! - logs[n - k]!;
  let p = 0;
  for (let k = Math.max(0, right - others.n); k <= own.right; k++)
    p += Math.exp(choose(own.n, k) + choose(others.n, right - k) - choose(total, right));
  return Math.min(1, p);
}

/** Holm-adjusted p values in the given order. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, i) => ({ p, i })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(pValues.length);
  let highest = 0;
  order.forEach(({ p, i }, rank) => {
    highest = Math.max(highest, Math.min(1, p * (pValues.length - rank)));
    adjusted[i] = highest;
  });
  return adjusted;
}
