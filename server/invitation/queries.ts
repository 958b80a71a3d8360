import { and, desc, eq } from "drizzle-orm";
import { accounts, datanetInvitations, datanetMembers, datanets } from "@/db/schema";
import { askerId, type Context } from "@/server/context";
import { requireOwner } from "@/server/datanet/policy";
import { requireRate } from "@/server/rate-limit";
import type { SignedInContext } from "@/server/trpc";
import { loadByToken, problemOf } from "./policy";
import { INVITATION_RATE } from "./schemas";

/** More links than an owner can tell apart. */
const MOST = 200;

/** A Datanet's invitations, newest first, without their tokens: nobody has those but whom they were sent to. */
export async function listInvitations(ctx: SignedInContext, { datanetId }: { datanetId: string }) {
  await requireOwner(ctx.db, ctx.actor, datanetId);
  const rows = await ctx.db
    .select()
    .from(datanetInvitations)
    .where(eq(datanetInvitations.datanetId, datanetId))
    .orderBy(desc(datanetInvitations.createdAt), desc(datanetInvitations.id))
    .limit(MOST);
  return rows.map((row) => ({
    id: row.id,
    role: row.role,
    usesLeft: row.usesLeft,
    expiresAt: row.expiresAt,
    createdAt: row.createdAt,
    /** Why nobody can join with it any more. */
    problem: problemOf(row)?.message ?? null,
  }));
}

/**
 * What a link leads to, for whoever holds it. One that nobody can join with any more says why, and no more than that to
 * who is not in. Errors: NOT_FOUND, RATE_LIMITED.
 */
export async function getInvitation(ctx: Context, { token }: { token: string }) {
  requireRate(ctx, INVITATION_RATE);
  const row = await loadByToken(ctx.db, token);
  const [found] = await ctx.db
    .select({
      id: datanets.id,
      name: datanets.name,
      purpose: datanets.purpose,
      ownerId: datanets.ownerId,
      ownerName: accounts.name,
      ownerAddress: accounts.address,
      isValidator: datanetMembers.isValidator,
    })
    .from(datanets)
    .innerJoin(accounts, eq(accounts.id, datanets.ownerId))
    .leftJoin(
      datanetMembers,
      and(eq(datanetMembers.datanetId, datanets.id), eq(datanetMembers.accountId, askerId(ctx))),
    )
    .where(eq(datanets.id, row.datanetId));
  const { ownerId, isValidator, ...datanet } = found!;
  const isOwner = ctx.actor?.accountId === ownerId;
  const hasJoined = isOwner || isValidator === true || (isValidator !== null && row.role === "member");
  const problem = problemOf(row);
  if (problem && !hasJoined) {
    return { problem: { message: problem.message, fix: problem.fix }, role: null, hasJoined, datanet: null };
  }
  return { problem: null, role: row.role, hasJoined, datanet };
}
