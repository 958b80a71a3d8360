"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ErrorCallout } from "@/components/common/error-callout";
import { formatCount } from "@/components/common/numbers";
import { BY_ORDER, Pager } from "@/components/common/pager";
import { type RouterOutputs, SETTLED_MS, useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import type { ItemFilter } from "@/server/evaluation/schemas";
import { AnswerPair } from "./answer-pair";

const FILTERS: { filter: ItemFilter; name: string; none: string }[] = [
  { filter: "broken", name: "Got worse on", none: "None of the shown questions got worse." },
  { filter: "fixed", name: "Fixed", none: "None of the shown questions was fixed." },
  { filter: "both_wrong", name: "Both wrong", none: "No shown question stayed wrong." },
  { filter: "different", name: "Different", none: "Both gave the same answer to every shown question." },
  { filter: "all", name: "All shown", none: "This test has no questions that may be shown." },
];
const STYLE_FILTERS: ItemFilter[] = ["different", "all"];
const PAGE = 20;

export type Items = RouterOutputs["trainingRun"]["items"];

/** What got worse comes first. Only the third of the test that may be shown is listed. */
export function SideBySide({ runId, isStyle = false }: { runId: string; isStyle?: boolean }) {
  const trpc = useTRPC();
  const [filter, setFilter] = useState<ItemFilter>(isStyle ? "different" : "broken");
  const [page, setPage] = useState(0);
  const { data, error, refetch } = useQuery(
    trpc.trainingRun.items.queryOptions(
      { runId, filter, limit: PAGE, offset: page * PAGE },
      {
        placeholderData: keepPreviousData,
        staleTime: ({ state }) => (state.data?.counts.all ? SETTLED_MS : 0),
      },
    ),
  );
  const choose = (next: ItemFilter) => {
    setFilter(next);
    setPage(0);
  };
  // Of a style no answer is right or wrong.
  const filters = isStyle ? FILTERS.filter(({ filter: each }) => STYLE_FILTERS.includes(each)) : FILTERS;
  const chosen = FILTERS.find((item) => item.filter === filter)!;
  if (error) return <ErrorCallout error={error} onRetry={refetch} />;
  return (
    <div>
      <h3>Answers side by side</h3>
      <p className="mt-0.5 mb-3 max-w-reading text-sm text-muted">
        {data
          ? `${formatCount(data.counts.all)} questions may be shown; ${formatCount(data.sealed)} stay sealed and count in the totals only.${hiddenWords(data.hidden)}`
          : "Reading the answers…"}
      </p>
      <fieldset className="mb-4 flex flex-wrap gap-1.5">
        <legend className="sr-only">Which questions</legend>
        {filters.map((item) => (
          <Button
            key={item.filter}
            size="sm"
            variant={item.filter === filter ? "secondary" : "ghost"}
            aria-pressed={item.filter === filter}
            onClick={() => choose(item.filter)}
          >
            {item.name}
            <span className="num text-muted">{data ? formatCount(data.counts[item.filter]) : ""}</span>
          </Button>
        ))}
      </fieldset>
      {data ? (
        <PairList items={data.items} none={chosen.none} isStyle={isStyle} />
      ) : (
        <Skeleton className="h-40" />
      )}
      {data ? (
        <Pager page={page} pageSize={PAGE} total={data.counts[filter]} onPage={setPage} words={BY_ORDER} />
      ) : null}
    </div>
  );
}

const hiddenWords = (hidden: number) =>
  hidden > 0
    ? ` ${formatCount(hidden)} more are kept back while they are judged blind: you see those that you have judged.`
    : "";

type PairListProps = { items: Items["items"]; none: string; isStyle: boolean };

function PairList({ items, none, isStyle }: PairListProps) {
  if (items.length === 0) return <p className="border-y border-line py-4 text-muted">{none}</p>;
  return (
    <ul className="divide-y divide-line border-y border-line">
      {items.map((item) => (
        <AnswerPair key={item.id} item={item} isStyle={isStyle} />
      ))}
    </ul>
  );
}
