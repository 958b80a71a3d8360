"use client";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createTRPCClient } from "@trpc/client";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import { type ReactNode, useState } from "react";
import type { AppRouter } from "@/server/router";
import { ConnectionNotice } from "./connection-notice";
import { links } from "./links";
import { isConnectionLost, isWorthTrying, pauseMs } from "./retry";

export type RouterOutputs = inferRouterOutputs<AppRouter>;
export type RouterInputs = inferRouterInputs<AppRouter>;

const context = createTRPCContext<AppRouter>();
export const { useTRPC, useTRPCClient } = context;

const FRESH_MS = 5_000;
/** For answers that do not change once they are there: what a page came with is not asked for again when it is shown late. */
export const SETTLED_MS = 60_000;
const MAX_RETRIES = 2;

/**
 * A refusal (4xx) stays a refusal; a troubled server is asked twice more, an absent one for a minute. In a hidden tab a
 * second try would wait until somebody looks and hold up what asks by itself; the next round is the second try there.
 */
function shouldRetry(failures: number, error: unknown): boolean {
  if (globalThis.document?.hidden) return false;
  if (isConnectionLost(error)) return isWorthTrying(failures + 1);
  const status = (error as { data?: { httpStatus?: number } | null }).data?.httpStatus;
  return failures < MAX_RETRIES && (status === undefined || status >= 500);
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // "always" because the app may run on this machine alone, with the browser offline.
      queries: {
        staleTime: FRESH_MS,
        retry: shouldRetry,
        retryDelay: (failures) => pauseMs(failures + 1),
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
}

const createClient = () => createTRPCClient<AppRouter>({ links: links() });

export function TRPCProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  const [trpcClient] = useState(createClient);
  return (
    <QueryClientProvider client={queryClient}>
      <context.TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        {children}
        <ConnectionNotice />
      </context.TRPCProvider>
    </QueryClientProvider>
  );
}
