import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { datanetInvitations, datanetMembers, datanets } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { requireRate } from "@/server/rate-limit";
import type { SignedInContext } from "@/server/trpc";
import { loadByToken, problemOf } from "./policy";
import { INVITATION_RATE } from "./schemas";

/**
 * Joins with a link. Who is in already uses nothing up, unless it makes a validator of them; the owner cannot become one.
 * Errors: NOT_FOUND, INVITATION_REVOKED, INVITATION_EXPIRED, INVITATION_USED_UP (409), RATE_LIMITED.
 */
export async function acceptInvitation(
  ctx: SignedInContext,
  { token }: { token: string },
): Promise<{ datanetId: string }> {
  requireRate(ctx, INVITATION_RATE);
  const { accountId } = ctx.actor;
  return ctx.db.transaction(async (tx) => {
    const { id, datanetId, role } = await loadByToken(tx, token);
    const isValidator = role === "validator";
    const [datanet] = await tx
      .select({ ownerId: datanets.ownerId })
      .from(datanets)
      .where(eq(datanets.id, datanetId))
      .for("update");
    const own = and(eq(datanetMembers.datanetId, datanetId), eq(datanetMembers.accountId, accountId));
    const [member] = await tx.select().from(datanetMembers).where(own);
    if (datanet!.ownerId === accountId || (member && (member.isValidator || !isValidator)))
      return { datanetId };
    const [used] = await tx
      .update(datanetInvitations)
      .set({ usesLeft: sql`${datanetInvitations.usesLeft} - 1` })
      .where(
        and(
          eq(datanetInvitations.id, id),
          gt(datanetInvitations.usesLeft, 0),
          isNull(datanetInvitations.revokedAt),
          gt(datanetInvitations.expiresAt, sql`now()`),
        ),
      )
      .returning({ id: datanetInvitations.id });
    if (!used) throw problemOf(await loadByToken(tx, token)) ?? problemOf(EXPIRED)!;
    await tx
      .insert(datanetMembers)
      .values({ datanetId, accountId, isValidator })
      .onConflictDoUpdate({
        target: [datanetMembers.datanetId, datanetMembers.accountId],
        set: { isValidator },
      });
    await appendAudit(tx, {
      actorId: accountId,
      action: "invitation.accept",
      subject: `invitation:${id}`,
      data: { datanetId, role },
    });
    return { datanetId };
  });
}

/** The database's clock said so a moment before ours does. */
const EXPIRED = { usesLeft: 1, revokedAt: null, expiresAt: new Date(0) };
