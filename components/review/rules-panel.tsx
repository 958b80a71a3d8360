"use client";
import { useQuery } from "@tanstack/react-query";
import { ErrorCallout } from "../common/error-callout";
import { useTRPC } from "../trpc/client";
import { Skeleton } from "../ui/skeleton";
import { EditRules } from "./edit-rules";
import { chanceSentence, rulesSentences } from "./rules-words";

/** How rows are reviewed here, in sentences; the owner may change it. */
export function RulesPanel({ datanetId, isOwner }: { datanetId: string; isOwner: boolean }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.review.rules.queryOptions({ datanetId }));
  if (error) return <ErrorCallout error={error} onRetry={refetch} />;
  return (
    <section className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <h2 className="text-lg">Rules</h2>
      {data ? (
        <>
          <ul className="num grid max-w-reading list-disc gap-1 pl-5">
            {rulesSentences(data).map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
          <p className="max-w-reading text-sm text-muted">
            What that does to a long file of somebody whose rows nobody has read yet:
          </p>
          <ul className="num grid max-w-reading list-disc gap-1 pl-5">
            {data.chances.map((chance) => (
              <li key={chance.rate}>{chanceSentence(chance)}</li>
            ))}
          </ul>
        </>
      ) : (
        <Skeleton className="h-40" />
      )}
      {data && isOwner ? <EditRules datanetId={datanetId} rules={data} /> : null}
    </section>
  );
}
