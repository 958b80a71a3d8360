import { and, count, desc, eq, ilike, or, sql } from "drizzle-orm";
import type { z } from "zod";
import {
  accounts,
  adapters,
  contributions,
  datanetMembers,
  datanets,
  records,
  snapshots,
  tasks,
  trainingRunSnapshots,
  trainingRuns,
} from "@/db/schema";
import { requireReadableDatanet } from "@/server/access/require";
import { isReadableAdapter, isReadableDatanet, isReadableRun } from "@/server/access/visible";
import { type Actor, askerId, type Context } from "@/server/context";
import { notFound } from "@/server/errors";
import { roleFrom } from "./policy";
import type { ListDatanetsInput } from "./schemas";

const rowsOf = (status: "accepted" | "pending") =>
  sql<number>`(select count(*)::int from ${records} where ${records.datanetId} = ${datanets.id} and ${records.status} = ${status})`;

/** The catalogue of what the asker may read, newest first, with the counts a card shows. */
export async function listDatanets(ctx: Context, input: z.output<typeof ListDatanetsInput>) {
  const pattern = `%${input.search.replace(/[\\%_]/g, "\\$&")}%`;
  const where = and(
    isReadableDatanet(ctx.actor),
    input.search ? or(ilike(datanets.name, pattern), ilike(datanets.purpose, pattern)) : undefined,
    input.goal ? eq(datanets.goal, input.goal) : undefined,
  );
  const items = await ctx.db
    .select({
      id: datanets.id,
      name: datanets.name,
      purpose: datanets.purpose,
      goal: datanets.goal,
      licence: datanets.licence,
      status: datanets.status,
      isSample: datanets.isSample,
      createdAt: datanets.createdAt,
      ownerName: accounts.name,
      ownerAddress: accounts.address,
      acceptedRows: rowsOf("accepted"),
      members: sql<number>`(select count(*)::int from ${datanetMembers} where ${datanetMembers.datanetId} = ${datanets.id})`,
      versions: sql<number>`(select count(*)::int from ${snapshots} where ${snapshots.datanetId} = ${datanets.id} and ${snapshots.status} = 'frozen')`,
    })
    .from(datanets)
    .innerJoin(accounts, eq(accounts.id, datanets.ownerId))
    .where(where)
    .orderBy(desc(datanets.createdAt), desc(datanets.id))
    .limit(input.limit)
    .offset(input.offset);
  if (input.offset === 0 && items.length < input.limit) return { items, total: items.length };
  const [total] = await ctx.db.select({ n: count() }).from(datanets).where(where);
  return { items, total: total!.n };
}

/** How much there is of each kind, so that a page can say so without reading the lists. */
const countsFor = (actor: Actor | null) => {
  const own = actor ? sql`or ${contributions.contributorId} = ${actor.accountId}` : sql``;
  const isMember = sql`from ${datanetMembers} where ${datanetMembers.datanetId} = ${datanets.id}`;
  const itsRuns = sql`(select ${trainingRunSnapshots.runId} from ${trainingRunSnapshots} where ${trainingRunSnapshots.datanetId} = ${datanets.id})`;
  const isRun = sql`from ${trainingRuns} where ${trainingRuns.kind} = 'training' and ${trainingRuns.id} in ${itsRuns} and ${isReadableRun(actor)}`;
  return {
    contributions: sql<number>`(select count(*)::int from ${contributions} where ${contributions.datanetId} = ${datanets.id} and (${contributions.status} in ('submitted', 'reviewed') ${own}))`,
    members: sql<number>`(select count(*)::int ${isMember})`,
    validators: sql<number>`(select count(*)::int ${isMember} and ${datanetMembers.isValidator})`,
    adapters: sql<number>`(select count(*)::int from ${adapters} where ${adapters.runId} in ${itsRuns} and ${isReadableAdapter(actor)})`,
    openTasks: sql<number>`(select count(*)::int from ${tasks} where ${tasks.datanetId} = ${datanets.id} and ${tasks.status} = 'open')`,
    runs: sql<number>`(select count(*)::int ${isRun})`,
    /** Runs that the training machine works on now. */
    runsAtWork: sql<number>`(select count(*)::int ${isRun} and ${trainingRuns.status} in ('baseline', 'training', 'evaluating', 'ability', 'scoring'))`,
  };
};

/** Error: NOT_FOUND, also for a private one that the asker has not joined. */
export async function getDatanet(ctx: Context, datanetId: string) {
  await requireReadableDatanet(ctx, datanetId);
  const [row] = await ctx.db
    .select({
      id: datanets.id,
      name: datanets.name,
      purpose: datanets.purpose,
      guidelines: datanets.guidelines,
      goal: datanets.goal,
      labels: datanets.labels,
      fields: datanets.fields,
      licence: datanets.licence,
      status: datanets.status,
      isSample: datanets.isSample,
      policyHash: datanets.policyHash,
      readAccess: datanets.readAccess,
      contributeAccess: datanets.contributeAccess,
      chainDatanetId: datanets.chainDatanetId,
      createdAt: datanets.createdAt,
      ownerId: datanets.ownerId,
      ownerName: accounts.name,
      ownerAddress: accounts.address,
      acceptedRows: rowsOf("accepted"),
      pendingRows: rowsOf("pending"),
      counts: countsFor(ctx.actor),
      isValidator: datanetMembers.isValidator,
    })
    .from(datanets)
    .innerJoin(accounts, eq(accounts.id, datanets.ownerId))
    .leftJoin(
      datanetMembers,
      and(eq(datanetMembers.datanetId, datanets.id), eq(datanetMembers.accountId, askerId(ctx))),
    )
    .where(eq(datanets.id, datanetId));
  if (!row) throw notFound("Datanet");
  const { isValidator, ...datanet } = row;
  return { ...datanet, role: roleFrom(ctx.actor, datanet.ownerId, isValidator) };
}

export async function listMembers(ctx: Context, datanetId: string) {
  await requireReadableDatanet(ctx, datanetId);
  return ctx.db
    .select({
      accountId: accounts.id,
      name: accounts.name,
      address: accounts.address,
      isOwner: sql<boolean>`${datanets.ownerId} = ${accounts.id}`,
      isValidator: datanetMembers.isValidator,
      isValidatorOnChain: datanetMembers.isValidatorOnChain,
      joinedAt: datanetMembers.joinedAt,
    })
    .from(datanetMembers)
    .innerJoin(accounts, eq(accounts.id, datanetMembers.accountId))
    .innerJoin(datanets, eq(datanets.id, datanetMembers.datanetId))
    .where(eq(datanetMembers.datanetId, datanetId))
    .orderBy(datanetMembers.joinedAt);
}
