"use client";
import { useQuery } from "@tanstack/react-query";
import { DataTable } from "../common/data-table";
import { EmptyState } from "../common/empty-state";
import { ErrorCallout } from "../common/error-callout";
import { runColumns, trainedOn } from "../training-run/run-columns";
import { useTRPC } from "../trpc/client";
import { LinkButton } from "../ui/button";

const COLUMNS = runColumns(
  (row) => `${row.datanets > 1 ? trainedOn(row) : `Version ${row.version}`}, ${row.preset}`,
);

export function RunTable({ datanetId }: { datanetId: string }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.trainingRun.list.queryOptions({ datanetId }));
  if (error) return <ErrorCallout error={error} onRetry={refetch} />;
  return (
    <DataTable
      caption="Training runs"
      columns={COLUMNS}
      rows={data?.items ?? []}
      isLoading={!data}
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
