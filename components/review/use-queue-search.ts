"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { SEARCH_PAGE, type SearchInput } from "@/server/review/schemas";
import { type RouterOutputs, useTRPC } from "../trpc/client";

export type Filters = Omit<SearchInput, "datanetId" | "offset">;
export type FoundRow = RouterOutputs["review"]["search"]["rows"][number];
export type Facets = RouterOutputs["review"]["facets"];

/** The queue as a list: what it is filtered by, a page of it, and what is selected in it. */
export function useQueueSearch(datanetId: string, start: Filters) {
  const trpc = useTRPC();
  const [filters, setFilters] = useState<Filters>(start);
  const [page, setPage] = useState(0);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const found = useQuery(
    trpc.review.search.queryOptions(
      { datanetId, ...filters, offset: page * SEARCH_PAGE },
      { placeholderData: keepPreviousData },
    ),
  );
  const facets = useQuery(trpc.review.facets.queryOptions({ datanetId }));
  return {
    filters,
    change: (part: Partial<Filters>) => {
      setFilters((all) => ({ ...all, ...part }));
      setPage(0);
      setChosen([]);
    },
    found,
    facets,
    page,
    pages: Math.max(1, Math.ceil((found.data?.total ?? 0) / SEARCH_PAGE)),
    turnTo: setPage,
    chosen,
    toggle: (id: string) =>
      setChosen((ids) => (ids.includes(id) ? ids.filter((each) => each !== id) : [...ids, id])),
    choose: setChosen,
  };
}

export type QueueSearch = ReturnType<typeof useQueueSearch>;
