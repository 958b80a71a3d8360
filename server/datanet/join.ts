import { datanetMembers } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import type { SignedInContext } from "@/server/trpc";
import { datanetRole } from "./policy";

/** Joining twice is joining once. */
export async function joinDatanet(ctx: SignedInContext, input: { datanetId: string }): Promise<void> {
  await datanetRole(ctx.db, ctx.actor, input.datanetId);
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
