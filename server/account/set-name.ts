import { eq } from "drizzle-orm";
import { accounts } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import type { SignedInContext } from "@/server/trpc";

export async function setName(ctx: SignedInContext, input: { name: string }): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    await tx.update(accounts).set({ name: input.name }).where(eq(accounts.id, ctx.actor.accountId));
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "account.set-name",
      subject: `account:${ctx.actor.accountId}`,
      data: { name: input.name },
    });
  });
}
