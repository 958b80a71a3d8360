import { formatCount } from "@/components/common/numbers";

type Shares = { isReliable: boolean | null; pool: number; clusters: number };

const WHOLE = 10_000;

/** How much of the estimate is certainly somebody's, what becomes of the rest, and what it rests on. */
export function sharesSentence({ isReliable, pool, clusters }: Shares): string {
  const parts = `in equal parts to the ${formatCount(clusters)} clusters of near-copies, each to whoever brought it first`;
  if (isReliable === false)
    return `The scores are not reliable here, so nothing is anybody’s for certain: all ${formatCount(WHOLE)} points go ${parts}.`;
  const certain = WHOLE - pool;
  const known =
    certain === 0
      ? "None of it is anybody’s for certain"
      : `${formatCount(certain)} of ${formatCount(WHOLE)} points are certain, by the lower ends of the intervals`;
  const rest = pool === 0 ? "" : `; ${formatCount(pool)} cannot be attributed to anybody and go ${parts}`;
  const unchecked =
    isReliable === null
      ? " Neither retraining nor a trace has confirmed the estimate that this rests on."
      : "";
  return `${known}${rest}.${unchecked}`;
}
