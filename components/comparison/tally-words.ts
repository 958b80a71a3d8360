import { formatPoints } from "../common/numbers";
import type { RouterOutputs } from "../trpc/client";

type Tally = RouterOutputs["comparison"]["tally"];

const people = (n: number) => (n === 1 ? "one person" : `${n} people`);

/** "The adapter was preferred 7 of 10 times (95 % interval 40 to 89 of 100)…" or that nobody has voted. */
export function tallyWords({ tuned, bothGood, bothBad, people: voters, share }: Tally): string {
  if (voters === 0) return "Nobody has voted yet.";
  const both = `Both good ${bothGood}, both bad ${bothBad}; votes of ${people(voters)}.`;
  if (!share) return `No vote has preferred one of the two. ${both}`;
  const interval = `95 % interval ${formatPoints(share.low)} to ${formatPoints(share.high)} of 100`;
  const isOpen = share.low <= 0.5 && share.high >= 0.5 ? ", so neither is ahead for certain" : "";
  return `The adapter was preferred in ${tuned} of ${share.n} votes (${interval}${isOpen}). ${both}`;
}
