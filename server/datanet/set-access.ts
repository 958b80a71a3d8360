import { eq } from "drizzle-orm";
import type { z } from "zod";
import { datanets } from "@/db/schema";
import { forgetPages } from "@/server/access/forget-pages";
import { appendAudit } from "@/server/audit/append";
import type { SignedInContext } from "@/server/trpc";
import { requireOwner } from "./policy";
import type { SetAccessInput } from "./schemas";

/**
 * Sets who may read a Datanet and who may join it. What only the invited may read, only they may join. Members stay.
 * Errors: NOT_FOUND, NOT_OWNER.
 */
export async function setAccess(
  ctx: SignedInContext,
  { datanetId, readAccess, ...input }: z.output<typeof SetAccessInput>,
): Promise<void> {
  await requireOwner(ctx.db, ctx.actor, datanetId);
  const contributeAccess = readAccess === "invited" ? "invited" : input.contributeAccess;
  await ctx.db.transaction(async (tx) => {
    const [before] = await tx
      .select({ readAccess: datanets.readAccess, contributeAccess: datanets.contributeAccess })
      .from(datanets)
      .where(eq(datanets.id, datanetId))
      .for("update");
    if (before!.readAccess === readAccess && before!.contributeAccess === contributeAccess) return;
    await tx.update(datanets).set({ readAccess, contributeAccess }).where(eq(datanets.id, datanetId));
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "datanet.setAccess",
      subject: `datanet:${datanetId}`,
      data: { before, after: { readAccess, contributeAccess } },
    });
  });
  forgetPages();
}
