import { formatCount } from "../common/numbers";
import type { RouterOutputs } from "../trpc/client";

type Rules = RouterOutputs["review"]["rules"];

/** 0.05 -> "5 in 100", 0.045 -> "45 in 1,000". */
export function partOf(share: number): string {
  const hundredths = Number((100 * share).toFixed(4));
  if (Number.isInteger(hundredths)) return `${hundredths} in 100`;
  return `${Number((1000 * share).toFixed(1))} in 1,000`;
}

/** Denominators that are read at a glance. */
const PARTS = [2, 3, 4, 5, 10, 20, 100];

/** A chance as people say it: 0.25 -> "1 time in 4"; to 2 in 100, the shortest that is as near as that. */
export function timesIn(chance: number): string {
  for (const all of PARTS) {
    const times = Math.round(chance * all);
    const isNear = Math.abs(times / all - chance) <= 0.02;
    if (isNear && times > 0 && times < all) return `${times} ${times === 1 ? "time" : "times"} in ${all}`;
  }
  return chance > 0.5 ? "nearly always" : "nearly never";
}

/** To 5 from 20 on: nobody plans by single reads. */
const about = (reads: number) => formatCount(reads < 20 ? Math.ceil(reads) : 5 * Math.round(reads / 5));

/** What the plan does with a long file of somebody new. */
export function chanceSentence({ rate, decided }: Rules["chances"][number]): string {
  const file = `A file with ${partOf(rate)} bad rows`;
  if (!decided) return `${file} often takes more than 2,000 reads to decide.`;
  return `${file} is accepted ${timesIn(decided.accepted)}, after about ${about(decided.meanReads)} reads.`;
}

/** Who reads how much, a sentence each. */
export function rulesSentences({ doubleShare, knownShare, leastSampled }: Rules): string[] {
  return [
    doubleShare === 0
      ? "Each row is read by one person."
      : `Of 100 rows, two people read ${per100(doubleShare)} without seeing each other’s decision.`,
    knownShare === 0
      ? "No known-answer items are mixed in among the rows."
      : `Of 100 rows that a validator gets, about ${per100(knownShare)} are known-answer items.`,
    `A first file of fewer than ${formatCount(leastSampled)} rows is read whole. Of a longer one as many are read as it takes to tell a good file from a bad one, and fewer once somebody’s files have proven good.`,
  ];
}

export const per100 = (share: number) => Number((100 * share).toFixed(2));
