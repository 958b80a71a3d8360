"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ADAPTER_SORTS } from "@/db/schema/adapter.constants";
import { ADAPTER_COLUMNS, type AdapterRow } from "../adapter/adapter-columns";
import { type Column, DataTable } from "../common/data-table";
import { EmptyState } from "../common/empty-state";
import { ErrorCallout } from "../common/error-callout";
import { HashLink } from "../common/hash-link";
import { usePaged } from "../common/use-paged";
import { useTRPC } from "../trpc/client";

const { name, verdict, publication, by, at } = ADAPTER_COLUMNS;
const COLUMNS: Column<AdapterRow>[] = [
  name,
  verdict,
  publication,
  { key: "hash", header: "File", cell: (row) => <HashLink value={row.sha256} label="artifact hash" /> },
  by,
  at,
];

export function AdapterTable({ datanetId }: { datanetId: string }) {
  const trpc = useTRPC();
  const { input, controls } = usePaged(ADAPTER_SORTS);
  const query = useQuery(
    trpc.adapter.list.queryOptions({ ...input, datanetId }, { placeholderData: keepPreviousData }),
  );
  if (query.error) return <ErrorCallout error={query.error} onRetry={() => query.refetch()} />;
  return (
    <DataTable
      caption="Adapters"
      columns={COLUMNS}
      rows={query.data?.items ?? []}
      isLoading={query.isPending}
      paged={{ ...controls, total: query.data?.total ?? 0, isStale: query.isPlaceholderData }}
      filter={{ label: "Filter by name, person or base" }}
      empty={
        <EmptyState
          title="No adapter yet"
          body="An adapter is what a finished run leaves: small weights on top of the base model, with every hash on its page."
        />
      }
    />
  );
}
