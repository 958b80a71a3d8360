import { and, eq } from "drizzle-orm";
import { datanetMembers } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { AppError, notFound } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { requireOwner } from "./policy";

/** Grants or takes back the validator role of a member. The owner's wallet tells the chain separately. */
export async function grantValidator(
  ctx: SignedInContext,
  input: { datanetId: string; accountId: string; isValidator: boolean },
): Promise<void> {
  await requireOwner(ctx.db, ctx.actor, input.datanetId);
  if (input.accountId === ctx.actor.accountId) {
    throw new AppError(
      "FORBIDDEN",
      "OWNER_VALIDATOR",
      "The owner cannot be a validator of their own Datanet.",
      "Ask somebody else to join and grant them the role.",
    );
  }
  await ctx.db.transaction(async (tx) => {
    const changed = await tx
      .update(datanetMembers)
      .set({ isValidator: input.isValidator })
      .where(
        and(eq(datanetMembers.datanetId, input.datanetId), eq(datanetMembers.accountId, input.accountId)),
      )
      .returning();
    if (changed.length === 0) throw notFound("member");
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "datanet.grant",
      subject: `datanet:${input.datanetId}`,
      data: { accountId: input.accountId, isValidator: input.isValidator },
    });
  });
}
