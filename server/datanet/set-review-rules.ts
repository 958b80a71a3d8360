import { eq } from "drizzle-orm";
import type { z } from "zod";
import { datanets } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import type { SignedInContext } from "@/server/trpc";
import { requireOwner } from "./policy";
import type { SetReviewRulesInput } from "./schemas";

/**
 * Sets how rows of a Datanet are reviewed. What was submitted before keeps the plan and the second readers it was given
 * then; the share of known-answer items holds at once. Errors: NOT_FOUND, NOT_OWNER (403).
 */
export async function setReviewRules(
  ctx: SignedInContext,
  { datanetId, ...rules }: z.output<typeof SetReviewRulesInput>,
): Promise<void> {
  await requireOwner(ctx.db, ctx.actor, datanetId);
  await ctx.db.transaction(async (tx) => {
    const [before] = await tx
      .select({ rules: datanets.reviewRules })
      .from(datanets)
      .where(eq(datanets.id, datanetId))
      .for("no key update");
    await tx.update(datanets).set({ reviewRules: rules }).where(eq(datanets.id, datanetId));
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "datanet.setReviewRules",
      subject: `datanet:${datanetId}`,
      data: { before: before!.rules, after: rules },
    });
  });
}
