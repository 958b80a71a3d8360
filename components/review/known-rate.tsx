"use client";
import { useQuery } from "@tanstack/react-query";
import { formatCount } from "../common/numbers";
import { rowsText } from "../contribution/words";
import { type RouterOutputs, useTRPC } from "../trpc/client";
import { shareText } from "./plan-words";

type KnownRateFacts = RouterOutputs["review"]["knownRate"];

/** In one sentence: how many of the accepted rows are bad, as far as second looks say. */
export function KnownRate({ datanetId }: { datanetId: string }) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.review.knownRate.queryOptions({ datanetId }));
  if (!data || data.accepted === 0) return null;
  return <p className="num max-w-reading">{rateSentence(data)}</p>;
}

export function rateSentence({ accepted, sampled, read, rate, low, high }: KnownRateFacts): string {
  const looks = sampled.checked + read.checked;
  if (rate === null || low === null || high === null)
    return `How many of the accepted rows are bad is not known yet: ${formatCount(looks)} second looks are too few.`;
  return `About ${shareText(rate)} of the ${rowsText(accepted)} accepted are bad (95 % interval ${shareText(low)} to ${shareText(high)}; ${formatCount(looks)} second looks).`;
}
