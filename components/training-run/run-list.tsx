"use client";
import { useQuery } from "@tanstack/react-query";
import { DataTable } from "@/components/common/data-table";
import { EmptyState } from "@/components/common/empty-state";
import { ErrorCallout } from "@/components/common/error-callout";
import { PageHeader } from "@/components/common/page-header";
import { useTRPC } from "@/components/trpc/client";
import { LinkButton } from "@/components/ui/button";
import { runColumns, startedBy, trainedOn } from "./run-columns";
import { RunQueue } from "./run-queue";

const POLL_MS = 3_000;
const MOST = 100;
const COLUMNS = runColumns((row) => `${trainedOn(row)}, ${row.preset}`);

/** Every run of everyone: training is public. */
export function RunList() {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.trainingRun.list.queryOptions({ limit: MOST }, { refetchInterval: POLL_MS }),
  );
  return (
    <>
      <PageHeader
        title="Training runs"
        sentence="Each run trains an adapter on one version and measures it on that version’s locked test."
      />
      <RunQueue />
      {error ? <ErrorCallout error={error} onRetry={refetch} className="mb-4" /> : null}
      <DataTable
        caption="Training runs"
        columns={COLUMNS}
        rows={data?.items ?? []}
        isLoading={!data && !error}
        filter={{
          label: "Filter by Datanet or person",
          text: (row) => `${row.datanetName} ${startedBy(row)}`,
        }}
        empty={
          error ? null : (
            <EmptyState
              title="No training run yet"
              body="A run starts on a frozen version of a Datanet. Open one and press “Train”."
              action={<LinkButton href="/datanets">See the Datanets</LinkButton>}
            />
          )
        }
      />
      {data && data.total > data.items.length ? (
        <p className="mt-3 text-sm text-muted">
          The newest {data.items.length} of {data.total} are listed.
        </p>
      ) : null}
    </>
  );
}
