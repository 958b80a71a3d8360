"use client";
import { useQuery } from "@tanstack/react-query";
import { formatCount } from "../common/numbers";
import { rowsText } from "../contribution/words";
import { useTRPC } from "../trpc/client";
import { type Plan, SCRUTINY_WORDS, shareText } from "./plan-words";

/** How many more rows of this file are to be read, in one line; `step` changes with each decision. */
export function PlanLine({ contributionId, step }: { contributionId: string; step: string }) {
  const trpc = useTRPC();
  const query = trpc.review.plan.queryOptions({ contributionId });
  const plan = useQuery({
    ...query,
    queryKey: [...query.queryKey, step] as unknown as typeof query.queryKey,
    placeholderData: (shown) => shown,
  });
  if (!plan.data) return null;
  return (
    <p className="num text-sm text-muted" title={planTitle(plan.data)}>
      {planSentence(plan.data)}
    </p>
  );
}

function planSentence(plan: Plan): string {
  const seen = `${rowsText(plan.read)} of this file read, ${formatCount(plan.defects)} not good`;
  if (plan.isReadWhole)
    return `${seen}; it is small, so all of it is read: ${formatCount(plan.pending)} to go`;
  if (plan.verdict === "accepted") return `The rest of this file was accepted unread; this row checks on it`;
  if (plan.verdict === "rejected") return `${seen}; the rest went back to whoever gave it`;
  return `${seen}; about ${formatCount(plan.more)} more are expected`;
}

const planTitle = (plan: Plan) =>
  `${SCRUTINY_WORDS[plan.scrutiny]}. Good enough up to ${shareText(plan.acceptableRate)} of bad rows, refused from ${shareText(plan.rejectableRate)}.`;
