"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "../trpc/client";

/** Has the file read again; the page then follows the new reading. */
export function useRemap(contributionId: string) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return useMutation(
    trpc.contribution.remap.mutationOptions({
      onSuccess: async () => {
        queryClient.removeQueries(trpc.contribution.problems.queryFilter({ contributionId }));
        await queryClient.invalidateQueries(trpc.contribution.get.queryFilter({ contributionId }));
        await queryClient.invalidateQueries(trpc.contribution.preview.queryFilter({ contributionId }));
      },
    }),
  );
}
