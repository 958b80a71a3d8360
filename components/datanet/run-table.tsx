"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { RUN_SORTS } from "@/db/schema/training-run.constants";
import { DataTable } from "../common/data-table";
import { EmptyState } from "../common/empty-state";
import { ErrorCallout } from "../common/error-callout";
import { usePaged } from "../common/use-paged";
import { runColumns, trainedOn } from "../training-run/run-columns";
import { useTRPC } from "../trpc/client";
import { LinkButton } from "../ui/button";

const COLUMNS = runColumns(
  (row) => `${row.datanets > 1 ? trainedOn(row) : `Version ${row.version}`}, ${row.preset}`,
);

export function RunTable({ datanetId }: { datanetId: string }) {
  const trpc = useTRPC();
  const { input, controls } = usePaged(RUN_SORTS);
  const { data, error, refetch, isPlaceholderData } = useQuery(
    trpc.trainingRun.list.queryOptions({ ...input, datanetId }, { placeholderData: keepPreviousData }),
  );
  if (error) return <ErrorCallout error={error} onRetry={refetch} />;
  return (
    <DataTable
      caption="Training runs"
      columns={COLUMNS}
      rows={data?.items ?? []}
      isLoading={!data}
      paged={{ ...controls, total: data?.total ?? 0, isStale: isPlaceholderData }}
      filter={{ label: "Filter by person, base or preset" }}
      empty={
        <EmptyState
          title="No training run yet"
          body="A run trains an adapter on one version and measures it against the base model on the locked test."
          action={<LinkButton href={`/datanets/${datanetId}/train`}>Train</LinkButton>}
        />
      }
    />
  );
}
