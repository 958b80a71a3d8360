import { and, count, desc, eq, ilike, or, sql } from "drizzle-orm";
import type { z } from "zod";
import { accounts, contributions, datanetMembers, datanets, records, snapshots } from "@/db/schema";
import type { Context } from "@/server/context";
import { notFound } from "@/server/errors";
import { datanetRole } from "./policy";
import type { ListDatanetsInput } from "./schemas";

const rowsOf = (status: "accepted" | "pending") =>
  sql<number>`(select count(*)::int from ${records} where ${records.datanetId} = ${datanets.id} and ${records.status} = ${status})`;

/** The catalogue, newest first, with the counts a card shows. */
export async function listDatanets(ctx: Context, input: z.output<typeof ListDatanetsInput>) {
  const pattern = `%${input.search.replace(/[\\%_]/g, "\\$&")}%`;
  const where = and(
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
  const [total] = await ctx.db.select({ n: count() }).from(datanets).where(where);
  return { items, total: total!.n };
}

export async function getDatanet(ctx: Context, datanetId: string) {
  const role = await datanetRole(ctx.db, ctx.actor, datanetId);
  const [datanet] = await ctx.db
    .select({
      id: datanets.id,
      name: datanets.name,
      purpose: datanets.purpose,
      guidelines: datanets.guidelines,
      goal: datanets.goal,
      labels: datanets.labels,
      licence: datanets.licence,
      status: datanets.status,
      policyHash: datanets.policyHash,
      chainDatanetId: datanets.chainDatanetId,
      createdAt: datanets.createdAt,
      ownerId: datanets.ownerId,
      ownerName: accounts.name,
      ownerAddress: accounts.address,
      acceptedRows: rowsOf("accepted"),
      pendingRows: rowsOf("pending"),
      contributions: sql<number>`(select count(*)::int from ${contributions} where ${contributions.datanetId} = ${datanets.id} and ${contributions.status} in ('submitted', 'reviewed'))`,
    })
    .from(datanets)
    .innerJoin(accounts, eq(accounts.id, datanets.ownerId))
    .where(eq(datanets.id, datanetId));
  if (!datanet) throw notFound("Datanet");
  return { ...datanet, role };
}

export async function listMembers(ctx: Context, datanetId: string) {
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
