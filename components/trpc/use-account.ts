"use client";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "./client";

/** Who is signed in: undefined while asked, null for a visitor. */
export function useAccount() {
  const trpc = useTRPC();
  const query = useQuery(trpc.account.me.queryOptions(undefined, { staleTime: 30_000 }));
  return { account: query.data, isLoading: query.isPending, error: query.error, refetch: query.refetch };
}

export type Account = NonNullable<ReturnType<typeof useAccount>["account"]>;
