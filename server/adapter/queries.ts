import { type AnyColumn, and, count, desc, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { z } from "zod";
import {
  accounts,
  adapterCards,
  adapters,
  datanets,
  evaluations,
  publications,
  trainingRunSnapshots,
  trainingRuns,
} from "@/db/schema";
import type { ADAPTER_SORTS } from "@/db/schema/adapter.constants";
import type { Context } from "@/server/context";
import { combineLicences } from "@/server/datanet/licences";
import { notFound } from "@/server/errors";
import { everyWord, inOrder } from "@/server/list-order";
import { listRunSources } from "@/server/training-run/sources";
import type { ListAdaptersInput } from "./schemas";

const columns = {
  id: adapters.id,
  origin: adapters.origin,
  runId: adapters.runId,
  name: adapters.name,
  baseId: adapters.baseId,
  sha256: adapters.sha256,
  createdAt: adapters.createdAt,
  datanetId: datanets.id,
  datanetName: datanets.name,
  /** How many Datanets its run read. */
  datanets: sql<number>`(select count(*)::int from ${trainingRunSnapshots} where ${trainingRunSnapshots.runId} = ${adapters.runId})`,
  /** Of one made elsewhere what its importer stated. */
  licence: sql<string>`coalesce(${adapters.imported} ->> 'licence', ${datanets.licence}, '')`,
  goal: datanets.goal,
  isSample: datanets.isSample,
  builderId: adapters.builderId,
  builderName: accounts.name,
  builderAddress: accounts.address,
  verdict: evaluations.verdict,
  publicationStatus: publications.status,
  tokenId: publications.tokenId,
};

function select(ctx: Context) {
  return ctx.db
    .select(columns)
    .from(adapters)
    .leftJoin(datanets, eq(datanets.id, adapters.datanetId))
    .innerJoin(accounts, eq(accounts.id, adapters.builderId))
    .leftJoin(evaluations, eq(evaluations.runId, adapters.runId))
    .leftJoin(publications, eq(publications.adapterId, adapters.id));
}

/** Made from this Datanet, alone or with others, or measured on it. */
const ofDatanet = (ctx: Context, datanetId: string) =>
  inArray(
    adapters.runId,
    ctx.db
      .select({ runId: trainingRunSnapshots.runId })
      .from(trainingRunSnapshots)
      .where(eq(trainingRunSnapshots.datanetId, datanetId)),
  );

const SEARCHED = [adapters.name, datanets.name, accounts.name, accounts.address, adapters.baseId];

const SORTS: Record<(typeof ADAPTER_SORTS)[number], (AnyColumn | SQL)[]> = {
  name: [sql`lower(${adapters.name})`],
  verdict: [evaluations.verdict],
  datanet: [sql`lower(${datanets.name})`],
  base: [adapters.baseId],
  by: [sql`lower(coalesce(${accounts.name}, ${accounts.address}))`],
  publication: [publications.status],
  at: [adapters.createdAt],
};

/** A page of the adapters of one Datanet or of all, in the order asked for, and how many there are. */
export async function listAdapters(ctx: Context, input: z.output<typeof ListAdaptersInput>) {
  const where = and(
    input.datanetId ? ofDatanet(ctx, input.datanetId) : undefined,
    everyWord(input.search, SEARCHED),
  );
  const items = await select(ctx)
    .where(where)
    .orderBy(
      ...(input.sort ? inOrder(SORTS[input.sort.key], input.sort.direction) : []),
      desc(adapters.createdAt),
      desc(adapters.id),
    )
    .limit(input.limit)
    .offset(input.offset);
  const [total] = await ctx.db
    .select({ n: count() })
    .from(adapters)
    .leftJoin(datanets, eq(datanets.id, adapters.datanetId))
    .innerJoin(accounts, eq(accounts.id, adapters.builderId))
    .where(where);
  return { items, total: total!.n };
}

export async function getAdapter(ctx: Context, adapterId: string) {
  const [row] = await select(ctx).where(eq(adapters.id, adapterId));
  if (!row) throw notFound("adapter");
  // Large, so not in lists.
  const [facts] = await ctx.db
    .select({ imported: adapters.imported, summary: evaluations.summary })
    .from(adapters)
    .leftJoin(evaluations, eq(evaluations.runId, adapters.runId))
    .where(eq(adapters.id, adapterId));
  const adapter = { ...row, ...facts! };
  const [card] = await ctx.db.select().from(adapterCards).where(eq(adapterCards.adapterId, adapterId));
  const [run] = adapter.runId
    ? await ctx.db.select().from(trainingRuns).where(eq(trainingRuns.id, adapter.runId))
    : [];
  const sources = run ? await listRunSources(ctx.db, run.id) : [];
  const inherited =
    adapter.origin === "trained" ? combineLicences(sources.map(({ datanet }) => datanet)) : null;
  return {
    ...adapter,
    licence: inherited?.ok ? inherited.licence : adapter.licence,
    sources: sources.map(({ snapshot, datanet }) => ({
      datanetId: datanet.id,
      name: datanet.name,
      version: snapshot.number,
    })),
    card: card?.card ?? null,
    cardSha256: card?.sha256 ?? null,
    weightsBytes: await ctx.blobs.size(adapter.sha256).catch(() => null),
    preset: run?.preset ?? null,
    seed: run?.seed ?? null,
    snapshotId: run?.snapshotId ?? null,
    runStatus: run?.status ?? null,
    baseHash: run?.baseHash ?? adapter.imported?.baseHash ?? null,
    isBuilder: ctx.actor?.accountId === adapter.builderId,
  };
}

/** The adapter a run made, or the one it measured; null while there is none. */
export async function findAdapterOfRun(ctx: Context, runId: string): Promise<{ adapterId: string } | null> {
  const [adapter] = await ctx.db
    .select({ adapterId: adapters.id })
    .from(adapters)
    .where(eq(adapters.runId, runId));
  return adapter ?? null;
}
