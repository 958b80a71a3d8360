import "server-only";
import {
  type DehydrateOptions,
  dehydrate,
  type FetchQueryOptions,
  HydrationBoundary,
  hashKey,
  QueryClient,
} from "@tanstack/react-query";
import { TRPCError } from "@trpc/server";
import { createTRPCOptionsProxy, type TRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { headers } from "next/headers";
import { notFound } from "next/navigation";
import { cache, type ReactNode } from "react";
import { AwayNotice } from "@/components/trpc/away-notice";
import { createContext } from "@/server/context";
import { type AppRouter, appRouter } from "@/server/router";

/** The procedures as the server itself calls them: the same keys as in the browser, no request, the asker's own rights. */
type ServerTRPC = TRPCOptionsProxy<AppRouter>;
// biome-ignore lint/suspicious/noExplicitAny: queries of different procedures share no type but this one
type AnyQuery = FetchQueryOptions<any, any, any, any>;

/**
 * One client per request, so that a page's title and the page ask only once. Pages set no cookies. Null when even the
 * asker cannot be told (the database is away): the page comes without content, says so and asks again by itself.
 */
const perRequest = cache(async () => {
  const queryClient = new QueryClient({
    defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, retry: false } },
  });
  const ctx = await createContext({ headers: await headers() }, () => {}).catch((error: unknown) => {
    console.error("a page without its first answers:", error instanceof Error ? error.message : error);
    return null;
  });
  if (!ctx) return null;
  return {
    queryClient,
    trpc: createTRPCOptionsProxy<AppRouter>({ router: appRouter, ctx, queryClient }) as ServerTRPC,
  };
});

/** Nothing is there, or the address is none: both are "not found" to whoever opened it. */
const isAbsent = (error: unknown) =>
  error instanceof TRPCError && (error.code === "NOT_FOUND" || error.code === "BAD_REQUEST");

const isDatabaseAway = (error: unknown) =>
  error instanceof TRPCError && (error.cause as { code?: string } | undefined)?.code === "DB_UNAVAILABLE";

/** Whether this request was already found unreadable, by the layout or the page. */
const perRequestAway = cache(() => ({ isSaid: false }));

/** Told to the front server, which makes the answer a 503 (scripts/lib/page-status.mjs). */
async function answerUnavailable() {
  const registry = globalThis as unknown as Record<symbol, ((nonce: string | null) => void) | undefined>;
  registry[Symbol.for("modelfactory.page-unavailable")]?.((await headers()).get("x-nonce"));
}

/** A page without its content: a 503 whose HTML says, once, what happened and what to do. */
async function Away({ children }: { children: ReactNode }) {
  const away = perRequestAway();
  const isFirst = !away.isSaid;
  away.isSaid = true;
  await answerUnavailable();
  return (
    <>
      {isFirst ? <AwayNotice /> : null}
      {children}
    </>
  );
}

/** What a title needs; `fallback` when it cannot be read (the page itself then says why). */
export async function readTitle(
  read: (trpc: ServerTRPC, fetch: QueryClient["fetchQuery"]) => Promise<string>,
  fallback: string,
): Promise<string> {
  try {
    const request = await perRequest();
    if (!request) return fallback;
    const { queryClient, trpc } = request;
    return await read(trpc, queryClient.fetchQuery.bind(queryClient));
  } catch {
    return fallback;
  }
}

type PrefetchProps = {
  /** The first is the page's own thing: when it does not exist, the answer is a 404. The others may fail quietly. */
  queries: (trpc: ServerTRPC) => AnyQuery[];
  children: ReactNode;
};

/** Asks on the server what the screen will ask first, so that its HTML holds the content. */
export async function Prefetch({ queries, children }: PrefetchProps) {
  const request = await perRequest();
  // Where the layout has waited in vain, the page need not.
  if (!request || perRequestAway().isSaid) return <Away>{children}</Away>;
  const { queryClient, trpc } = request;
  const asked = queries(trpc);
  const answers = await Promise.allSettled(asked.map((query) => queryClient.fetchQuery(query)));
  const [own] = answers;
  if (own?.status === "rejected" && isAbsent(own.reason)) notFound();
  if (answers.some((answer) => answer.status === "rejected" && isDatabaseAway(answer.reason)))
    return <Away>{children}</Away>;
  const hashes = new Set(asked.map((query) => hashKey(query.queryKey)));
  const shouldDehydrateQuery: DehydrateOptions["shouldDehydrateQuery"] = (query) =>
    query.state.status === "success" && hashes.has(query.queryHash);
  return (
    <HydrationBoundary state={dehydrate(queryClient, { shouldDehydrateQuery })}>{children}</HydrationBoundary>
  );
}
