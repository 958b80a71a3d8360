import { eq } from "drizzle-orm";
import { knownAnswers, records, reviewClaims, reviewDrafts, reviews } from "@/db/schema";
import { can } from "@/server/access/can";
import { loadResource } from "@/server/access/facts";
import { appendAudit } from "@/server/audit/append";
import { notFound } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";

/**
 * Takes a known-answer item away with every answer given to it: where the key was wrong, nobody is measured by it.
 * Error: NOT_FOUND, for whoever is not the owner too: a refusal would tell a validator which rows are known.
 */
export async function withdrawKnown(ctx: SignedInContext, { recordId }: { recordId: string }): Promise<void> {
  const [known] = await ctx.db.select().from(knownAnswers).where(eq(knownAnswers.recordId, recordId));
  if (!known) throw notFound("known-answer item");
  const datanet = await loadResource(ctx.db, ctx.actor, "datanet", known.datanetId);
  if (!can(ctx.actor, "datanet.manage", datanet).isAllowed) throw notFound("known-answer item");
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
