/**
 * Integer shares from values with intervals, the same rule as training-runner/runner/division.py (certain_shares and
 * divide_points); contracts/vectors/shares.json holds cases of both. The floor of a value (the lower end of its interval) is
 * certain; what is not goes to clusters in equal parts, each to whoever brought it first. Harm is unpaid, not charged.
 */

/** Basis points: of all that is divided. */
export const WHOLE = 10_000;
/** So that a product that is whole but for rounding counts as whole. */
const ROUNDING = 1e-9;

export type Points = { certain: number; pool: number; total: number };

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Fractions that sum to at most 1. */
function certainShares(floors: readonly number[], improvement: number): number[] {
  const earned = floors.map((floor) => Math.max(0, floor));
  const whole = Math.max(improvement, sum(earned));
  return earned.map((each) => (whole > 0 ? each / whole : 0));
}

/** Integers that sum to 10,000 exactly: largest remainder (Hamilton), the earlier one among equals. Fractions sum to 1. */
function basisPoints(fractions: readonly number[]): number[] {
  const exact = fractions.map((fraction) => fraction * WHOLE);
  const points = exact.map((each) => Math.floor(each + ROUNDING));
  const remainder = (k: number) => exact[k]! - points[k]!;
  const order = exact.map((_, k) => k).sort((a, b) => remainder(b) - remainder(a) || a - b);
  for (const k of order.slice(0, WHOLE - sum(points))) points[k]! += 1;
  return points;
}

/**
 * Points of each group; all totals sum to 10,000. `floors` and `improvement` share a unit; `clusters` is how many each group
 * brought first, of which there is at least one.
 */
export function dividePoints(
  floors: readonly number[],
  improvement: number,
  clusters: readonly number[],
): Points[] {
  const certain = certainShares(floors, improvement);
  const ofAll = sum(clusters);
  const pool = Math.max(0, 1 - sum(certain));
  const both = basisPoints(certain.map((share, k) => share + (pool * clusters[k]!) / ofAll));
  return both.map((total, k) => {
    const fixed = Math.min(Math.floor(certain[k]! * WHOLE + ROUNDING), total);
    return { certain: fixed, pool: total - fixed, total };
  });
}
