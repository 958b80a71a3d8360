"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { type RouterOutputs, useTRPC } from "@/components/trpc/client";
import { MOST_SNAPSHOTS } from "@/db/schema/training-run.constants";
import { parseTrainQuery, type TrainQuery, trainHref } from "./train-link";

export type MixData = RouterOutputs["trainingRun"]["mix"];

/**
 * What a run is to be trained on, kept in the address: a link fills it in, and a reload loses nothing. `change` writes
 * there; `prefill` is what the address says of base, preset and seed.
 */
export function useMix(datanetId: string, snapshotId: string) {
  const trpc = useTRPC();
  const query = parseTrainQuery(useSearchParams());
  const snapshotIds = [snapshotId, ...query.with.filter((id) => id !== snapshotId)].slice(0, MOST_SNAPSHOTS);
  const counts = useQuery(
    trpc.trainingRun.mix.queryOptions(
      { snapshotIds, excludedContributorIds: query.without },
      { placeholderData: keepPreviousData },
    ),
  );
  const hrefWith = (next: Partial<TrainQuery>) =>
    trainHref(datanetId, { ...query, version: snapshotId, ...next });
  return {
    snapshotIds,
    excludedContributorIds: query.without,
    /** Part of what `create` takes. */
    input: {
      snapshotIds,
      excludedContributorIds: query.without,
      ...(query.from ? { fromRunId: query.from } : {}),
    },
    prefill: query,
    counts,
    data: counts.data,
    /** Whether a run may start on this: nothing forbids it and every Datanet is joined. */
    isReady:
      counts.data !== undefined &&
      !counts.error &&
      counts.data.problem === null &&
      counts.data.sources.every(({ isMember }) => isMember),
    hrefWith,
    change: (next: Partial<Pick<TrainQuery, "with" | "without">>) =>
      window.history.replaceState(null, "", hrefWith(next)),
  };
}

export type Mix = ReturnType<typeof useMix>;
