import { datanetMembers } from "@/db/schema";
import { requireAccess } from "@/server/access/require";
import { appendAudit } from "@/server/audit/append";
import type { SignedInContext } from "@/server/trpc";

/** Joining twice is joining once. Errors: NOT_FOUND, NOT_INVITED (403). */
export async function joinDatanet(ctx: SignedInContext, input: { datanetId: string }): Promise<void> {
  await requireAccess(ctx.db, ctx.actor, "datanet.join", "datanet", input.datanetId);
  await ctx.db.transaction(async (tx) => {
    const joined = await tx
      .insert(datanetMembers)
      .values({ datanetId: input.datanetId, accountId: ctx.actor.accountId })
      .onConflictDoNothing()
      .returning();
    if (joined.length === 0) return;
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "datanet.join",
      subject: `datanet:${input.datanetId}`,
    });
  });
}
