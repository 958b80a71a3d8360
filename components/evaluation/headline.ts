import { formatCount, formatPoints } from "@/components/common/numbers";

type Arm = { rate: number };
type Comparison = { difference: number; low: number; high: number; fixed: number; broken: number };

/** A difference of rates as signed points of a hundred: 0.22 -> "+22", -0.05 -> "−5". */
export function signedPoints(fraction: number): string {
  const points = Math.round(fraction * 100);
  return points === 0 ? "0" : `${points > 0 ? "+" : "−"}${Math.abs(points)}`;
}

/** "41 → 63 of 100, +22 (95 % interval +11 to +32), 27 fixed, 5 broken, of 120 test questions" */
export function headline(before: Arm, after: Arm, comparison: Comparison, n: number): string {
  const { difference, low, high, fixed, broken } = comparison;
  return (
    `${formatPoints(before.rate)} → ${formatPoints(after.rate)} of 100, ${signedPoints(difference)} ` +
    `(95 % interval ${signedPoints(low)} to ${signedPoints(high)}), ${formatCount(fixed)} fixed, ` +
    `${formatCount(broken)} broken, of ${formatCount(n)} test questions`
  );
}
