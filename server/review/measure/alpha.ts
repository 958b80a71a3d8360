import { seeded } from "./random";

/**
 * Krippendorff's alpha for nominal values, any number of observers, missing values allowed: K. Krippendorff 2011,
 * "Computing Krippendorff's Alpha-Reliability". 1 is agreement, 0 what chance gives. Each unit is the values that its
 * observers gave; units with fewer than two say nothing.
 */
export function alpha(units: readonly (readonly string[])[]): number | null {
  const pairable = units.filter((values) => values.length > 1).map(unitFacts);
  return alphaOf(pairable);
}

type UnitFacts = {
  counts: Map<string, number>;
  n: number;
  /** Ordered pairs of unlike values, divided by n - 1. */
  unlike: number;
};

function unitFacts(values: readonly string[]): UnitFacts {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const n = values.length;
  let alike = 0;
  for (const count of counts.values()) alike += count * (count - 1);
  return { counts, n, unlike: (n * (n - 1) - alike) / (n - 1) };
}

/** 1 - observed / expected disagreement; null where nothing could disagree: no pair, or one value only. */
function alphaOf(units: readonly UnitFacts[]): number | null {
  const totals = new Map<string, number>();
  let [n, observed] = [0, 0];
  for (const unit of units) {
    n += unit.n;
    observed += unit.unlike;
    for (const [value, count] of unit.counts) totals.set(value, (totals.get(value) ?? 0) + count);
  }
  let alike = 0;
  for (const count of totals.values()) alike += count * (count - 1);
  const expected = n > 1 ? (n * (n - 1) - alike) / (n - 1) : 0;
  return expected > 0 ? 1 - observed / expected : null;
}

const RESAMPLES = 1_000;
/** Fewer pairs of decisions make no figure. */
export const LEAST_PAIRS = 50;

export type Agreement = { pairs: number; alpha: number | null; low: number | null; high: number | null };

/**
 * Alpha with a 95 % percentile bootstrap over units (1,000 resamples, seeded); no figure under 50 pairs of decisions,
 * nor where everybody always decided the same way.
 */
export function agreement(units: readonly (readonly string[])[], seed = 1): Agreement {
  const pairable = units.filter((values) => values.length > 1);
  const pairs = pairable.reduce((sum, { length: m }) => sum + (m * (m - 1)) / 2, 0);
  const facts = pairable.map(unitFacts);
  const value = pairs < LEAST_PAIRS ? null : alphaOf(facts);
  if (value === null) return { pairs, alpha: null, low: null, high: null };
  const next = seeded(seed);
  const drawn: number[] = [];
  for (let i = 0; i < RESAMPLES; i += 1) {
    const sample = facts.map(() => facts[Math.floor(next() * facts.length)]!);
    const one = alphaOf(sample);
    if (one !== null) drawn.push(one);
  }
  drawn.sort((a, b) => a - b);
  const at = (share: number) => drawn[Math.min(drawn.length - 1, Math.floor(share * drawn.length))] ?? null;
  return { pairs, alpha: value, low: at(0.025), high: at(0.975) };
}
