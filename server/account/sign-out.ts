import { eq, sql } from "drizzle-orm";
import { sessions } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import type { SignedInContext } from "@/server/trpc";

export async function signOut(ctx: SignedInContext): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    await tx
      .update(sessions)
      .set({ revokedAt: sql`now()` })
      .where(eq(sessions.tokenHash, ctx.actor.sessionHash));
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "account.sign-out",
      subject: `account:${ctx.actor.accountId}`,
    });
  });
}
