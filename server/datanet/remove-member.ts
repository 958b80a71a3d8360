import { and, eq, sql } from "drizzle-orm";
import { datanetMembers, datanets } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { AppError, notFound } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { requireOwner } from "./policy";

/**
 * Takes a person out of a Datanet: from the next call on they are a stranger to it. What they contributed stays, with
 * their name; rows that they held for review go back. The owner's wallet tells the chain separately, where it knew them
 * as a validator. Errors: NOT_FOUND, NOT_OWNER, OWNER_STAYS.
 */
export async function removeMember(
  ctx: SignedInContext,
  { datanetId, accountId }: { datanetId: string; accountId: string },
): Promise<{ isValidatorOnChain: boolean }> {
  await requireOwner(ctx.db, ctx.actor, datanetId);
  return ctx.db.transaction(async (tx) => {
    const [datanet] = await tx
      .select({ ownerId: datanets.ownerId })
      .from(datanets)
      .where(eq(datanets.id, datanetId));
    if (datanet!.ownerId === accountId) throw ownerStays();
    const [gone] = await tx
      .delete(datanetMembers)
      .where(and(eq(datanetMembers.datanetId, datanetId), eq(datanetMembers.accountId, accountId)))
      .returning();
    if (!gone) throw notFound("member");
    await tx.execute(sql`delete from review_claims c using records r
      where r.id = c.record_id and r.datanet_id = ${datanetId} and c.validator_id = ${accountId}`);
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "datanet.removeMember",
      subject: `datanet:${datanetId}`,
      data: { accountId, wasValidator: gone.isValidator },
    });
    return { isValidatorOnChain: gone.isValidatorOnChain };
  });
}

const ownerStays = () =>
  new AppError(
    "CONFLICT",
    "OWNER_STAYS",
    "A Datanet cannot be without its owner.",
    "Remove somebody else, or leave the list as it is.",
  );
