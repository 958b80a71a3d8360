import { eq } from "drizzle-orm";
import { knownAnswers, records, reviewClaims, reviewDrafts, reviews } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { requireOwner } from "@/server/datanet/policy";
import { notFound } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";

/**
 * Takes a known-answer item away with every answer given to it: where the key was wrong, nobody is measured by it.
 * Errors: NOT_OWNER (403), NOT_FOUND.
 */
export async function withdrawKnown(ctx: SignedInContext, { recordId }: { recordId: string }): Promise<void> {
  const [known] = await ctx.db.select().from(knownAnswers).where(eq(knownAnswers.recordId, recordId));
  if (!known) throw notFound("known-answer item");
  await requireOwner(ctx.db, ctx.actor, known.datanetId);
  await ctx.db.transaction(async (tx) => {
    for (const table of [reviewClaims, reviewDrafts, reviews, knownAnswers])
      await tx.delete(table).where(eq(table.recordId, recordId));
    await tx.delete(records).where(eq(records.id, recordId));
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "known.withdraw",
      subject: `record:${recordId}`,
      data: {},
    });
  });
}
