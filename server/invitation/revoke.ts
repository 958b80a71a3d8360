import { and, eq, isNull } from "drizzle-orm";
import { datanetInvitations } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { requireOwner } from "@/server/datanet/policy";
import { notFound } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";

/** Takes a link back; who joined with it stays. Twice is once. Errors: NOT_FOUND, NOT_OWNER. */
export async function revokeInvitation(
  ctx: SignedInContext,
  { invitationId }: { invitationId: string },
): Promise<void> {
  const [row] = await ctx.db
    .select({ datanetId: datanetInvitations.datanetId })
    .from(datanetInvitations)
    .where(eq(datanetInvitations.id, invitationId));
  if (!row) throw notFound("invitation");
  await requireOwner(ctx.db, ctx.actor, row.datanetId);
  await ctx.db.transaction(async (tx) => {
    const changed = await tx
      .update(datanetInvitations)
      .set({ revokedAt: new Date() })
      .where(and(eq(datanetInvitations.id, invitationId), isNull(datanetInvitations.revokedAt)))
      .returning({ id: datanetInvitations.id });
    if (changed.length === 0) return;
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "invitation.revoke",
      subject: `invitation:${invitationId}`,
      data: { datanetId: row.datanetId },
    });
  });
}
