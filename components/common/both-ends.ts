/**
 * The first and the last of a sorted list where it is longer than `most`, half of them each, and how many stand between
 * that are not drawn; of a list that fits everything. What is looked for in a ranking stands at its ends.
 */
export function bothEnds<T>(sorted: readonly T[], most: number): { first: T[]; hidden: number; last: T[] } {
  if (sorted.length <= most) return { first: [...sorted], hidden: 0, last: [] };
  const half = Math.ceil(most / 2);
  const rest = most - half;
  return {
    first: sorted.slice(0, half),
    hidden: sorted.length - most,
    last: sorted.slice(sorted.length - rest),
  };
}
