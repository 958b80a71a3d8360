"use client";
import { useQuery } from "@tanstack/react-query";
import { ADAPTER_COLUMNS, type AdapterRow } from "../adapter/adapter-columns";
import { type Column, DataTable } from "../common/data-table";
import { EmptyState } from "../common/empty-state";
import { ErrorCallout } from "../common/error-callout";
import { HashLink } from "../common/hash-link";
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
  const query = useQuery(trpc.adapter.list.queryOptions({ datanetId }));
  if (query.error) return <ErrorCallout error={query.error} onRetry={() => query.refetch()} />;
  return (
    <DataTable
      caption="Adapters"
      columns={COLUMNS}
      rows={query.data?.items ?? []}
      isLoading={query.isPending}
      empty={
        <EmptyState
          title="No adapter yet"
          body="An adapter is what a finished run leaves: small weights on top of the base model, with every hash on its page."
        />
      }
    />
  );
}
