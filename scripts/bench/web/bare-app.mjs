import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { bin, buildDir, root } from "../../lib/paths.mjs";
import { runStep } from "../../lib/run-step.mjs";

/**
 * The smallest app of the same parts: Next, tRPC with superjson and batching, React Query hydrated from the server, pg.
 * Two pages, one query, one write in a transaction; no session, no policy, no audit, no security headers, no styles.
 */
const FILES = {
  "package.json": `{ "private": true, "type": "module" }`,
  "next.config.mjs": `export default { turbopack: { root: ${JSON.stringify(root)} }, poweredByHeader: false };`,
  "lib/router.js": `import { initTRPC } from "@trpc/server";
import pg from "pg";
import superjson from "superjson";
import { z } from "zod";
globalThis.barePool ??= new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const pool = globalThis.barePool;
const t = initTRPC.create({ transformer: superjson });
export const appRouter = t.router({
  list: t.procedure.query(async () => (await pool.query("select id, name, purpose, created_at from things order by created_at desc limit 25")).rows),
  get: t.procedure.input(z.object({ id: z.number() })).query(async ({ input }) => (await pool.query("select * from things where id = $1", [input.id])).rows[0]),
  queue: t.procedure.query(async () => (await pool.query("select count(*)::int as n from things")).rows[0]),
  write: t.procedure.input(z.object({ name: z.string() })).mutation(async ({ input }) => {
    const client = await pool.connect();
    try {
      await client.query("begin");
      await client.query("insert into writes (name) values ($1)", [input.name]);
      await client.query("commit");
    } finally { client.release(); }
  }),
});
`,
  "lib/prefetch.jsx": `import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import { createTRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { headers } from "next/headers";
import { appRouter } from "./router";
export async function Prefetch({ query, children }) {
  await headers();
  const queryClient = new QueryClient();
  const trpc = createTRPCOptionsProxy({ router: appRouter, ctx: {}, queryClient });
  await queryClient.fetchQuery(query(trpc));
  return <HydrationBoundary state={dehydrate(queryClient)}>{children}</HydrationBoundary>;
}
`,
  "lib/client.jsx": `"use client";
import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { createTRPCClient, httpBatchLink } from "@trpc/client";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import { useState } from "react";
import superjson from "superjson";
const { TRPCProvider, useTRPC } = createTRPCContext();
export function Providers({ children }) {
  const [queryClient] = useState(() => new QueryClient({ defaultOptions: { queries: { staleTime: 5000 } } }));
  const [client] = useState(() => createTRPCClient({ links: [httpBatchLink({ url: "/api/trpc", transformer: superjson })] }));
  return <QueryClientProvider client={queryClient}><TRPCProvider trpcClient={client} queryClient={queryClient}>{children}</TRPCProvider></QueryClientProvider>;
}
export function List() {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.list.queryOptions());
  return <ul>{data?.map((thing) => <li key={thing.id}><a href={"/things/" + thing.id}>{thing.name}</a> {thing.purpose}</li>)}</ul>;
}
export function Thing({ id }) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.get.queryOptions({ id }));
  return data ? <article><h1>{data.name}</h1><p>{data.purpose}</p></article> : null;
}
`,
  "app/layout.jsx": `import { Providers } from "../lib/client";
export default function Layout({ children }) { return <html lang="en"><body><Providers>{children}</Providers></body></html>; }
`,
  "app/page.jsx": `import { List } from "../lib/client";
import { Prefetch } from "../lib/prefetch";
export default function Page() { return <Prefetch query={(trpc) => trpc.list.queryOptions()}><List /></Prefetch>; }
`,
  "app/things/[id]/page.jsx": `import { Thing } from "../../../lib/client";
import { Prefetch } from "../../../lib/prefetch";
export default async function Page({ params }) {
  const id = Number((await params).id);
  return <Prefetch query={(trpc) => trpc.get.queryOptions({ id })}><Thing id={id} /></Prefetch>;
}
`,
  "app/api/trpc/[trpc]/route.js": `import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { appRouter } from "../../../../lib/router";
const handler = (req) => fetchRequestHandler({ endpoint: "/api/trpc", req, router: appRouter, createContext: () => ({}) });
export { handler as GET, handler as POST };
`,
};

export const BARE_TABLES = `
  create table things (id int primary key, name text not null, purpose text not null, created_at timestamptz not null default now());
  create table writes (id bigint generated always as identity primary key, name text not null);
  insert into things (id, name, purpose)
    select i, 'Thing ' || i, 'What it is for, in a sentence of the usual length of such a sentence.' from generate_series(1, 25) i;`;

/** Writes and builds it under .build/bare; answers with its folder. */
export async function buildBareApp(log) {
  const folder = resolve(buildDir, "bare");
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(resolve(folder, path)), { recursive: true });
    writeFileSync(resolve(folder, path), text);
  }
  log("Building the bare Next + tRPC app");
  const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
  await runStep("build of the bare app", { command: bin("next"), args: ["build"], cwd: folder, env });
  return folder;
}
