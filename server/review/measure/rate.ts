import { wilson } from "@/server/comparison/wilson";

/** Rows of one kind in a Datanet: how many, and what looking again at some of them said. */
export type Stratum = { rows: number; checked: number; defects: number };
export type Rate = { rate: number; low: number; high: number };

/** Fewer second looks at a kind of rows say nothing of it. */
export const LEAST_CHECKED = 20;

/** Strata that hold rows and were looked at again too rarely for any figure. */
export const isTooFew = (strata: readonly Stratum[]) =>
  strata.every(({ rows }) => rows === 0) ||
  strata.some(({ rows, checked }) => rows > 0 && checked < Math.min(rows, LEAST_CHECKED));

/**
 * Share of bad rows among all, by strata: each stratum's share with its 95 % Wilson interval, weighted by its rows;
 * the intervals are joined by the method of variance estimates recovery (G. Y. Zou and A. Donner 2008, Statistics in
 * Medicine 27:1693-1702). Null where a stratum was looked at too rarely.
 */
export function stratifiedRate(strata: readonly Stratum[]): Rate | null {
  if (isTooFew(strata)) return null;
  const held = strata.filter(({ rows }) => rows > 0);
  const all = held.reduce((sum, { rows }) => sum + rows, 0);
  let [rate, down, up] = [0, 0, 0];
  for (const { rows, checked, defects } of held) {
    const weight = rows / all;
    const share = defects / checked;
    const { low, high } = wilson(defects, checked);
    rate += weight * share;
    down += (weight * (share - low)) ** 2;
    up += (weight * (high - share)) ** 2;
  }
  return { rate, low: Math.max(0, rate - Math.sqrt(down)), high: Math.min(1, rate + Math.sqrt(up)) };
}
