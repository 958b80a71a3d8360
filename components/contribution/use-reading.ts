"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { useTRPC } from "../trpc/client";
import type { Contribution } from "./contribution-screen";

export const isBeingRead = ({ status }: Pick<Contribution, "status">) =>
  status === "parsing" || status === "uploaded";

/** The contribution as it was when it was last read, while the page is open; null before the first reading is done. */
export function useLastRead(contribution: Contribution): Contribution | null {
  const [last, setLast] = useState<Contribution | null>(null);
  if (isBeingRead(contribution)) return last;
  if (last !== contribution) setLast(contribution);
  return contribution;
}

/**
 * What the page shows of the rows is asked for anew once a reading ends. Answers what to call when one was started: the
 * page then follows it.
 */
export function useReading(contribution: Contribution): () => Promise<void> {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { id: contributionId } = contribution;
  const isReading = isBeingRead(contribution);
  const renew = useCallback(() => {
    const { findings, problems, repairs, duplicatePairs, preview } = trpc.contribution;
    queryClient.invalidateQueries(findings.queryFilter({ contributionId }));
    queryClient.invalidateQueries(problems.queryFilter({ contributionId }));
    queryClient.invalidateQueries(repairs.queryFilter({ contributionId }));
    queryClient.invalidateQueries(duplicatePairs.queryFilter({ contributionId }));
    queryClient.invalidateQueries(preview.queryFilter({ contributionId }));
  }, [trpc, queryClient, contributionId]);
  useEffect(() => (isReading ? renew : undefined), [isReading, renew]);
  return useCallback(async () => {
    await queryClient.invalidateQueries(trpc.contribution.get.queryFilter({ contributionId }));
    const now = queryClient.getQueryData(trpc.contribution.get.queryKey({ contributionId }));
    // A short file may be read already.
    if (now && !isBeingRead(now)) renew();
  }, [trpc, queryClient, contributionId, renew]);
}
