"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type Column, DataTable } from "@/components/common/data-table";
import { EmptyState } from "@/components/common/empty-state";
import { ErrorCallout } from "@/components/common/error-callout";
import { PageHeader } from "@/components/common/page-header";
import { usePaged } from "@/components/common/use-paged";
import { useTRPC } from "@/components/trpc/client";
import { LinkButton } from "@/components/ui/button";
import { ADAPTER_SORTS } from "@/db/schema/adapter.constants";
import { ADAPTER_COLUMNS, type AdapterRow } from "./adapter-columns";

const { name, verdict, by, publication, at } = ADAPTER_COLUMNS;
const COLUMNS: Column<AdapterRow>[] = [
  name,
  verdict,
  { key: "datanet", header: "Datanet", value: madeFrom, className: "min-w-36" },
  { key: "base", header: "Base", value: (row) => row.baseId, className: "whitespace-nowrap" },
  by,
  publication,
  at,
];

function madeFrom({ origin, datanetId, datanetName, datanets }: AdapterRow): string | null {
  if (origin === "imported") return "Made elsewhere";
  return datanets > 1 && datanetId !== null ? `${datanetName} and ${datanets - 1} more` : datanetName;
}

/** Every adapter that was trained here or brought in, with what was measured of it. */
export function AdapterList() {
  const trpc = useTRPC();
  const { input, controls } = usePaged(ADAPTER_SORTS);
  const { data, error, refetch, isPlaceholderData } = useQuery(
    trpc.adapter.list.queryOptions(input, { placeholderData: keepPreviousData }),
  );
  return (
    <>
      <PageHeader
        title="Adapters"
        sentence="Small additions to a base model, each with its test result and the people whose data made it."
        action={<LinkButton href="/adapters/import">Bring one in</LinkButton>}
      />
      {error ? (
        <ErrorCallout error={error} onRetry={refetch} />
      ) : (
        <DataTable
          caption="Adapters"
          columns={COLUMNS}
          rows={data?.items ?? []}
          isLoading={!data}
          paged={{ ...controls, total: data?.total ?? 0, isStale: isPlaceholderData }}
          filter={{ label: "Filter by name, Datanet or person" }}
          empty={
            <EmptyState
              title="No adapter yet"
              body="An adapter appears here when a training run on a Datanet version has finished."
              action={<LinkButton href="/datanets">See the Datanets</LinkButton>}
            />
          }
        />
      )}
    </>
  );
}
