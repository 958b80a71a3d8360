"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { GOALS, type Goal } from "@/db/schema/datanet.constants";
import { EmptyState } from "../common/empty-state";
import { ErrorCallout } from "../common/error-callout";
import { formatCount } from "../common/numbers";
import { PageHeader } from "../common/page-header";
import { Pager } from "../common/pager";
import { useTRPC } from "../trpc/client";
import { LinkButton } from "../ui/button";
import { Input } from "../ui/input";
import { Select } from "../ui/select";
import { DatanetList, DatanetListSkeleton } from "./datanet-list";
import { GOAL_WORDS } from "./words";

const PAGE_SIZE = 25;

export function DatanetCatalogue() {
  const trpc = useTRPC();
  const [search, setSearch] = useState("");
  const [goal, setGoal] = useState<Goal | "">("");
  const [page, setPage] = useState(0);
  const query = useDeferredValue(search.trim());
  const { data, error, refetch, isPlaceholderData } = useQuery(
    trpc.datanet.list.queryOptions(
      { search: query, goal: goal || undefined, limit: PAGE_SIZE, offset: page * PAGE_SIZE },
      { placeholderData: keepPreviousData },
    ),
  );
  const isFiltered = query !== "" || goal !== "";
  const isEmpty = data?.total === 0 && !isFiltered;

  return (
    <>
      <PageHeader
        title="Datanets"
        sentence="A Datanet is a shared data set with its own rules: what it is for, who reviews, and under which licence."
        action={
          <LinkButton href="/datanets/new" variant="primary">
            Create a Datanet
          </LinkButton>
        }
      />
      {isEmpty ? null : (
        <div className="mb-3 flex flex-wrap items-center gap-3">
          <Input
            type="search"
            aria-label="Search name and purpose"
            placeholder="Search name and purpose"
            value={search}
            onChange={(event) => {
              setSearch(event.target.value);
              setPage(0);
            }}
            className="w-full sm:w-72"
          />
          <Select
            aria-label="Goal"
            value={goal}
            onChange={(event) => {
              setGoal(event.target.value as Goal | "");
              setPage(0);
            }}
            className="w-auto"
          >
            <option value="">Every goal</option>
            {GOALS.map((value) => (
              <option key={value} value={value}>
                {GOAL_WORDS[value].name}
              </option>
            ))}
          </Select>
          <p role="status" className="num text-sm text-muted">
            {data ? `${formatCount(data.total)} ${data.total === 1 ? "Datanet" : "Datanets"}` : ""}
          </p>
        </div>
      )}
      {error ? <ErrorCallout error={error} onRetry={refetch} /> : null}
      {!data && !error ? <DatanetListSkeleton /> : null}
      {data && data.items.length > 0 ? (
        <div className={isPlaceholderData ? "opacity-60" : undefined}>
          <DatanetList items={data.items} />
        </div>
      ) : null}
      {isEmpty ? <NoDatanets /> : null}
      {data?.total === 0 && isFiltered ? (
        <EmptyState title="Nothing matches" body="Try fewer words or another goal." />
      ) : null}
      {data ? <Pager page={page} pageSize={PAGE_SIZE} total={data.total} onPage={setPage} /> : null}
    </>
  );
}

function NoDatanets() {
  return (
    <EmptyState
      title="There is no Datanet yet"
      body="Create the first one: choose what the model should do, name the rules, and invite others to add examples and review them."
      action={
        <LinkButton href="/datanets/new" variant="primary">
          Create a Datanet
        </LinkButton>
      }
    />
  );
}
