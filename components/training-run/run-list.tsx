"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { DataTable } from "@/components/common/data-table";
import { EmptyState } from "@/components/common/empty-state";
import { ErrorCallout } from "@/components/common/error-callout";
import { PageHeader } from "@/components/common/page-header";
import { usePaged } from "@/components/common/use-paged";
import { useTRPC } from "@/components/trpc/client";
import { LinkButton } from "@/components/ui/button";
import { RUN_SORTS } from "@/db/schema/training-run.constants";
import { runColumns, trainedOn } from "./run-columns";
import { RunQueue } from "./run-queue";

const POLL_MS = 3_000;
const COLUMNS = runColumns((row) => `${trainedOn(row)}, ${row.preset}`);

/** Every run of everyone: training is public. */
export function RunList() {
  const trpc = useTRPC();
  const { input, controls } = usePaged(RUN_SORTS);
  const { data, error, refetch, isPlaceholderData } = useQuery(
    trpc.trainingRun.list.queryOptions(input, {
      refetchInterval: POLL_MS,
      placeholderData: keepPreviousData,
    }),
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
        paged={{ ...controls, total: data?.total ?? 0, isStale: isPlaceholderData }}
        filter={{ label: "Filter by Datanet, person or base" }}
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
    </>
  );
}
