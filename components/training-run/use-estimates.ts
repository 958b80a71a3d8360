"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type RouterOutputs, useTRPC } from "@/components/trpc/client";
import type { TrainingSettings } from "@/server/training-run/schemas";

export type Estimates = NonNullable<RouterOutputs["trainingRun"]["estimates"]>["presets"];

type Chosen = { snapshotIds: string[]; excludedContributorIds?: string[]; baseId: string };

/** How long each preset takes on all rows chosen, with an expert's passes and batch; null until that is known. */
export function useEstimates(chosen: Chosen, settings: TrainingSettings, isValid: boolean): Estimates | null {
  const trpc = useTRPC();
  const { snapshotIds, excludedContributorIds, baseId } = chosen;
  const { epochs, batchSize } = settings;
  const { data } = useQuery(
    trpc.trainingRun.estimates.queryOptions(
      {
        snapshotIds,
        excludedContributorIds,
        baseId,
        settings: { ...(epochs ? { epochs } : {}), ...(batchSize ? { batchSize } : {}) },
      },
      { enabled: isValid && baseId !== "", placeholderData: keepPreviousData },
    ),
  );
  return data?.presets ?? null;
}
