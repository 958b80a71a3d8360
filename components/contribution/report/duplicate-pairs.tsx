"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ErrorCallout } from "../../common/error-callout";
import { formatCount, formatPoints } from "../../common/numbers";
import { BY_ORDER, Pager } from "../../common/pager";
import { type RouterOutputs, useTRPC } from "../../trpc/client";
import { cn } from "../../ui/cn";
import { Skeleton } from "../../ui/skeleton";
import { WordDiff } from "./word-diff";

type Pair = RouterOutputs["contribution"]["duplicatePairs"]["items"][number];
const PAGE = 5;

/** Rows that are almost the same, side by side, the most alike first; what differs is marked. */
export function DuplicatePairs({ contributionId }: { contributionId: string }) {
  const trpc = useTRPC();
  const [page, setPage] = useState(0);
  const { data, error, refetch, isPlaceholderData } = useQuery(
    trpc.contribution.duplicatePairs.queryOptions(
      { contributionId, limit: PAGE, offset: page * PAGE },
      { placeholderData: keepPreviousData },
    ),
  );
  if (data?.total === 0) return null;
  return (
    <section aria-labelledby="pairs">
      <h3 id="pairs">Almost the same, side by side</h3>
      <p className="mt-0.5 max-w-reading text-sm text-muted">
        The most alike first. Look at what differs: a small difference may be the point of a row.
      </p>
      <ErrorCallout error={error} onRetry={refetch} className="mt-3" />
      {data || error ? null : <Skeleton className="mt-3 h-40" />}
      <ol
        className={cn("mt-3 border-t border-line", isPlaceholderData && "opacity-60")}
        aria-busy={isPlaceholderData}
      >
        {data?.items.map((pair) => (
          <li
            key={`${pair.mine.row} ${pair.other.row} ${pair.other.isMine}`}
            className="grid gap-1 border-b border-line py-3"
          >
            <p className="num text-sm text-muted">{formatPoints(pair.likeness)} of 100 alike</p>
            <WordDiff before={textOf(pair.other)} after={textOf(pair.mine)} names={namesOf(pair)} />
          </li>
        ))}
      </ol>
      {data ? (
        <Pager page={page} pageSize={PAGE} total={data.total} onPage={setPage} words={BY_ORDER} />
      ) : null}
    </section>
  );
}

const textOf = ({ prompt, answer }: Pair["mine"]) => `${prompt}\n→ ${answer}`;

const namesOf = ({ mine, other }: Pair): [string, string] => [
  other.isMine ? `Row ${formatCount(other.row)}` : "A row of this Datanet",
  `Row ${formatCount(mine.row)}`,
];
