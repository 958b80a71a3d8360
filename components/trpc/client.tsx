"use client";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createTRPCClient, httpBatchLink } from "@trpc/client";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import { type ReactNode, useState } from "react";
import superjson from "superjson";
import type { AppRouter } from "@/server/router";

export type RouterOutputs = inferRouterOutputs<AppRouter>;
export type RouterInputs = inferRouterInputs<AppRouter>;

const context = createTRPCContext<AppRouter>();
export const { useTRPC, useTRPCClient } = context;

/** The server refuses a longer batch. */
const MAX_BATCH = 10;
const FRESH_MS = 5_000;
const MAX_RETRIES = 2;

/** A refusal (4xx) stays a refusal; only an absent or troubled server is asked again. */
function shouldRetry(failures: number, error: unknown): boolean {
  const status = (error as { data?: { httpStatus?: number } | null }).data?.httpStatus;
  return failures < MAX_RETRIES && (status === undefined || status >= 500);
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // "always" because the app may run on this machine alone, with the browser offline.
      queries: { staleTime: FRESH_MS, retry: shouldRetry, retryDelay: 500, networkMode: "always" },
      mutations: { networkMode: "always" },
    },
  });
}

const createClient = () =>
  createTRPCClient<AppRouter>({
    links: [httpBatchLink({ url: "/api/trpc", transformer: superjson, maxItems: MAX_BATCH })],
  });

export function TRPCProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  const [trpcClient] = useState(createClient);
  return (
    <QueryClientProvider client={queryClient}>
      <context.TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        {children}
      </context.TRPCProvider>
    </QueryClientProvider>
  );
}
