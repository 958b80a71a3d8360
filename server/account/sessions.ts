import { and, desc, eq, gt, isNull, like, sql } from "drizzle-orm";
import { sessions } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import type { SignedInContext } from "@/server/trpc";

/** Sessions are named by the first 16 digits of their hash, which opens nothing. */
const PUBLIC_ID_DIGITS = 16;

export async function listSessions(ctx: SignedInContext) {
  const rows = await ctx.db
    .select()
    .from(sessions)
    .where(
      and(
        eq(sessions.accountId, ctx.actor.accountId),
        isNull(sessions.revokedAt),
        gt(sessions.expiresAt, sql`now()`),
      ),
    )
    .orderBy(desc(sessions.lastSeenAt));
  return rows.map((row) => ({
    id: row.tokenHash.slice(0, PUBLIC_ID_DIGITS),
    isCurrent: row.tokenHash === ctx.actor.sessionHash,
    userAgent: row.userAgent,
    createdAt: row.createdAt,
    lastSeenAt: row.lastSeenAt,
  }));
}

export async function revokeSession(ctx: SignedInContext, input: { sessionId: string }): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    await tx
      .update(sessions)
      .set({ revokedAt: sql`now()` })
      .where(
        and(eq(sessions.accountId, ctx.actor.accountId), like(sessions.tokenHash, `${input.sessionId}%`)),
      );
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "account.revoke-session",
      subject: `account:${ctx.actor.accountId}`,
    });
  });
}
