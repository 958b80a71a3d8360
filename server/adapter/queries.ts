import { count, desc, eq } from "drizzle-orm";
import type { z } from "zod";
import {
  accounts,
  adapterCards,
  adapters,
  datanets,
  evaluations,
  publications,
  trainingRuns,
} from "@/db/schema";
import type { Context } from "@/server/context";
import { notFound } from "@/server/errors";
import type { ListAdaptersInput } from "./schemas";

const columns = {
  id: adapters.id,
  runId: adapters.runId,
  name: adapters.name,
  baseId: adapters.baseId,
  sha256: adapters.sha256,
  createdAt: adapters.createdAt,
  datanetId: datanets.id,
  datanetName: datanets.name,
  licence: datanets.licence,
  goal: datanets.goal,
  builderId: adapters.builderId,
  builderName: accounts.name,
  builderAddress: accounts.address,
  verdict: evaluations.verdict,
  summary: evaluations.summary,
  publicationStatus: publications.status,
  tokenId: publications.tokenId,
};

function select(ctx: Context) {
  return ctx.db
    .select(columns)
    .from(adapters)
    .innerJoin(datanets, eq(datanets.id, adapters.datanetId))
    .innerJoin(accounts, eq(accounts.id, adapters.builderId))
    .leftJoin(evaluations, eq(evaluations.runId, adapters.runId))
    .leftJoin(publications, eq(publications.adapterId, adapters.id));
}

/** Adapters newest first, of one Datanet when it is named. */
export async function listAdapters(ctx: Context, input: z.output<typeof ListAdaptersInput>) {
  const where = input.datanetId ? eq(adapters.datanetId, input.datanetId) : undefined;
  const items = await select(ctx)
    .where(where)
    .orderBy(desc(adapters.createdAt), desc(adapters.id))
    .limit(input.limit)
    .offset(input.offset);
  const [total] = await ctx.db.select({ n: count() }).from(adapters).where(where);
  return { items, total: total!.n };
}

export async function getAdapter(ctx: Context, adapterId: string) {
  const [adapter] = await select(ctx).where(eq(adapters.id, adapterId));
  if (!adapter) throw notFound("adapter");
  const [card] = await ctx.db.select().from(adapterCards).where(eq(adapterCards.adapterId, adapterId));
  const [run] = await ctx.db.select().from(trainingRuns).where(eq(trainingRuns.id, adapter.runId));
  return {
    ...adapter,
    card: card?.card ?? null,
    cardSha256: card?.sha256 ?? null,
    preset: run!.preset,
    seed: run!.seed,
    runStatus: run!.status,
    isBuilder: ctx.actor?.accountId === adapter.builderId,
  };
}

/** The adapter a run made; null while there is none. */
export async function findAdapterOfRun(ctx: Context, runId: string): Promise<{ adapterId: string } | null> {
  const [adapter] = await ctx.db
    .select({ adapterId: adapters.id })
    .from(adapters)
    .where(eq(adapters.runId, runId));
  return adapter ?? null;
}
