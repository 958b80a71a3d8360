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
import { requireReadableAdapter, requireReadableDatanet, requireReadableRun } from "@/server/access/require";
import { hasReadableRun, isReadableAdapter, PRIVATE_NAME } from "@/server/access/visible";
import type { Actor, Context } from "@/server/context";
import { combineLicences } from "@/server/datanet/licences";
import { notFound } from "@/server/errors";
import { everyWord, inOrder } from "@/server/list-order";
import { listRunSources } from "@/server/training-run/sources";
import type { ListAdaptersInput } from "./schemas";

const columns = (actor: Actor | null) => ({
  id: adapters.id,
  origin: adapters.origin,
  runId: shown(actor, sql<string | null>`${adapters.runId}`),
  name: adapters.name,
  baseId: adapters.baseId,
  sha256: adapters.sha256,
  createdAt: adapters.createdAt,
  datanetId: shown(actor, sql<string | null>`${datanets.id}`),
  datanetName: nameOf(actor),
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
});

/** Null where the adapter is published and its rows are not for the asker. */
const shown = (actor: Actor | null, value: SQL<string | null>) =>
  sql<string | null>`case when ${hasReadableRun(actor)} then ${value} end`;
const nameOf = (actor: Actor | null) =>
  sql<string | null>`case when ${hasReadableRun(actor)} then ${datanets.name}
    when ${datanets.id} is not null then ${PRIVATE_NAME} end`;

function select(ctx: Context) {
  return ctx.db
    .select(columns(ctx.actor))
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

const searched = (actor: Actor | null) => [
  adapters.name,
  nameOf(actor),
  accounts.name,
  accounts.address,
  adapters.baseId,
];

const sorts = (actor: Actor | null): Record<(typeof ADAPTER_SORTS)[number], (AnyColumn | SQL)[]> => ({
  name: [sql`lower(${adapters.name})`],
  verdict: [evaluations.verdict],
  datanet: [sql`lower(${nameOf(actor)})`],
  base: [adapters.baseId],
  by: [sql`lower(coalesce(${accounts.name}, ${accounts.address}))`],
  publication: [publications.status],
  at: [adapters.createdAt],
});

/** A page of the adapters of one Datanet or of all, in the order asked for, and how many there are. */
export async function listAdapters(ctx: Context, input: z.output<typeof ListAdaptersInput>) {
  if (input.datanetId) await requireReadableDatanet(ctx, input.datanetId);
  const where = and(
    isReadableAdapter(ctx.actor),
    input.datanetId ? ofDatanet(ctx, input.datanetId) : undefined,
    everyWord(input.search, searched(ctx.actor)),
  );
  const items = await select(ctx)
    .where(where)
    .orderBy(
      ...(input.sort ? inOrder(sorts(ctx.actor)[input.sort.key], input.sort.direction) : []),
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

/**
 * What the adapter page shows. Of a published one whose Datanets the asker may not all read: its files, figures and
 * card, without the run, the versions and the names behind it. Error: NOT_FOUND.
 */
export async function getAdapter(ctx: Context, adapterId: string) {
  await requireReadableAdapter(ctx, adapterId);
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
  const [own] = await ctx.db
    .select({ runId: adapters.runId })
    .from(adapters)
    .where(eq(adapters.id, adapterId));
  const isOpen = adapter.runId !== null;
  const [run] = own!.runId
    ? await ctx.db.select().from(trainingRuns).where(eq(trainingRuns.id, own!.runId))
    : [];
  const sources = run ? await listRunSources(ctx.db, run.id) : [];
  const inherited =
    adapter.origin === "trained" ? combineLicences(sources.map(({ datanet }) => datanet)) : null;
  return {
    ...adapter,
    licence: inherited?.ok ? inherited.licence : adapter.licence,
    /** Its rows belong to a Datanet that the asker may not read. */
    isPrivate: run !== undefined && !isOpen,
    /** Publishing it opens its weights to everybody, although not everybody may read its rows. */
    isOfPrivate: sources.some(({ datanet }) => datanet.readAccess === "invited"),
    sources: (isOpen ? sources : []).map(({ snapshot, datanet }) => ({
      datanetId: datanet.id,
      name: datanet.name,
      version: snapshot.number,
    })),
    card: card?.card ?? null,
    cardSha256: card?.sha256 ?? null,
    weightsBytes: await ctx.blobs.size(adapter.sha256).catch(() => null),
    preset: run?.preset ?? null,
    seed: run?.seed ?? null,
    snapshotId: isOpen ? (run?.snapshotId ?? null) : null,
    runStatus: run?.status ?? null,
    baseHash: run?.baseHash ?? adapter.imported?.baseHash ?? null,
    isBuilder: ctx.actor?.accountId === adapter.builderId,
  };
}

/** The adapter a run made, or the one it measured; null while there is none. */
export async function findAdapterOfRun(ctx: Context, runId: string): Promise<{ adapterId: string } | null> {
  await requireReadableRun(ctx, runId);
  const [adapter] = await ctx.db
    .select({ adapterId: adapters.id })
    .from(adapters)
    .where(eq(adapters.runId, runId));
  return adapter ?? null;
}
