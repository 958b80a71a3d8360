/**
 * Exact power of the paired before/after comparison, the same computation as training-runner/runner/stats.py
 * (its figures are the golden cases of the test beside). Rates are fractions 0..1.
 */
const ALPHA = 0.05;
export const USUAL_DISCORDANT = 0.2;

/** Probabilities of 0..n successes; in logarithms, so that large n does not underflow. */
function binomial(n: number, p: number): number[] {
  if (p <= 0 || p >= 1) return Array.from({ length: n + 1 }, (_, k) => (k === (p <= 0 ? 0 : n) ? 1 : 0));
  const logs: number[] = [n * Math.log1p(-p)];
  for (let k = 1; k <= n; k++) logs.push(logs[k - 1]! + Math.log((n - k + 1) / k) + Math.log(p / (1 - p)));
  return logs.map(Math.exp);
}

/** P(X > k) for every k = 0..n. */
function upperTails(n: number, p: number): number[] {
  const mass = binomial(n, p);
  const tails = new Array<number>(n + 1).fill(0);
  for (let k = n - 1; k >= 0; k--) tails[k] = tails[k + 1]! + mass[k + 1]!;
  return tails;
}

/** For m changed items: the largest count of fixed ones that a two-sided exact test at 5 % does not call significant. */
function largestInsignificant(m: number): number {
  const tails = upperTails(m, 0.5);
  return tails.findIndex((tail) => tail <= ALPHA / 2);
}

/**
 * Chance that the exact McNemar test (two-sided, 5 %) finds a true gain: sum over m ~ Binomial(n, discordant) changed
 * items of the chance that enough of them are fixed, each with probability (discordant + gain) / 2 / discordant.
 */
function mcnemarPower(n: number, discordant: number, gain: number, limits: number[]): number {
  const changed = binomial(n, discordant);
  const share = Math.min(1, (discordant + gain) / (2 * discordant));
  let power = 0;
  for (let m = 1; m <= n; m++) {
    const weight = changed[m]!;
    if (weight < 1e-12) continue;
    power += weight * upperTails(m, share)[limits[m]!]!;
  }
  return power;
}

const found = new Map<string, number | null>();

/**
 * Smallest true gain that `items` test items find 80 % of the time when `discordant` of them change their answer;
 * null when none is large enough (under about 8 items). About 2.8 * sqrt(discordant / items) from 100 items on.
 */
export function smallestDetectable(
  items: number,
  discordant = USUAL_DISCORDANT,
  chance = 0.8,
): number | null {
  const key = `${items}/${discordant}/${chance}`;
  if (!found.has(key)) found.set(key, search(items, discordant, chance));
  return found.get(key)!;
}

export type Power = { testItems: number; discordant: number; gain: number | null };

/**
 * What a test of this size can show. A judged pair always prefers one of the two, so there every item counts as
 * changed, and `gain` is the share that prefers the adapter less the share that prefers the base.
 */
export function powerOf(testItems: number, isJudged: boolean): Power {
  const discordant = isJudged ? 1 : USUAL_DISCORDANT;
  return { testItems, discordant, gain: smallestDetectable(testItems, discordant) };
}

function search(items: number, discordant: number, chance: number): number | null {
  const limits = Array.from({ length: items + 1 }, (_, m) => largestInsignificant(m));
  const reaches = (gain: number) => mcnemarPower(items, Math.max(discordant, gain), gain, limits) >= chance;
  if (items < 1 || !reaches(1)) return null;
  let low = 0;
  let high = 1;
  for (let i = 0; i < 16; i++) {
    const gain = (low + high) / 2;
    if (reaches(gain)) high = gain;
    else low = gain;
  }
  return high;
}
