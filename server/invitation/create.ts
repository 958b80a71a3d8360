import { randomBytes } from "node:crypto";
import type { z } from "zod";
import { datanetInvitations } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { requireOwner } from "@/server/datanet/policy";
import { requireRate } from "@/server/rate-limit";
import type { SignedInContext } from "@/server/trpc";
import { tokenHash } from "./policy";
import type { CreateInvitationInput } from "./schemas";

const DAY_MS = 86_400_000;

/** Makes an invitation. Its token is told once, here; only the hash of it is kept. Errors: NOT_OWNER, RATE_LIMITED. */
export async function createInvitation(
  ctx: SignedInContext,
  { datanetId, role, uses, days }: z.output<typeof CreateInvitationInput>,
): Promise<{ invitationId: string; token: string }> {
  await requireOwner(ctx.db, ctx.actor, datanetId);
  requireRate(ctx, { name: "invitation.create", limit: 60, windowMs: 600_000 });
  const token = randomBytes(32).toString("base64url");
  return ctx.db.transaction(async (tx) => {
    const [made] = await tx
      .insert(datanetInvitations)
      .values({
        datanetId,
        role,
        usesLeft: uses,
        tokenHash: tokenHash(token),
        createdById: ctx.actor.accountId,
        expiresAt: new Date(Date.now() + days * DAY_MS),
      })
      .returning({ id: datanetInvitations.id });
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "invitation.create",
      subject: `invitation:${made!.id}`,
      data: { datanetId, role, uses, days },
    });
    return { invitationId: made!.id, token };
  });
}
