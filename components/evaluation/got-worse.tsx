"use client";
import { useQuery } from "@tanstack/react-query";
import { ErrorCallout } from "@/components/common/error-callout";
import { formatCount } from "@/components/common/numbers";
import { SETTLED_MS, useTRPC } from "@/components/trpc/client";
import { Skeleton } from "@/components/ui/skeleton";
import { AnswerPair } from "./answer-pair";
import { BROKEN } from "./broken";

/** The first questions that were right before and are not any more, of the third that may be shown. */
export function GotWorse({ runId }: { runId: string }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.trainingRun.items.queryOptions({ runId, ...BROKEN }, { staleTime: SETTLED_MS }),
  );
  if (error) return <ErrorCallout error={error} onRetry={refetch} />;
  if (!data) return <Skeleton className="h-40" />;
  const { counts, sealed, items } = data;
  return (
    <section aria-labelledby="worse">
      <h2 id="worse" className="text-lg">
        What got worse?
      </h2>
      <p className="num mt-1 mb-3 max-w-reading">
        {counts.broken === 0
          ? `None of the ${formatCount(counts.all)} questions that may be shown.`
          : `${formatCount(counts.broken)} of the ${formatCount(counts.all)} questions that may be shown were right before and are wrong now${counts.broken > items.length ? `; the first ${items.length} of them` : ""}.`}{" "}
        <span className="text-muted">
          {formatCount(sealed)} questions stay sealed: they count in every total, and nobody sees them.
        </span>
      </p>
      {items.length > 0 ? (
        <ul className="divide-y divide-line border-y border-line">
          {items.map((item) => (
            <AnswerPair key={item.id} item={item} />
          ))}
        </ul>
      ) : null}
    </section>
  );
}
