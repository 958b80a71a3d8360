import { eq } from "drizzle-orm";
import type { z } from "zod";
import { datanets, guidelineVersions } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import type { SignedInContext } from "@/server/trpc";
import { requireOwner } from "./policy";
import type { SetGuidelinesInput } from "./schemas";

/**
 * Gives a Datanet new guidelines. Earlier ones stay: each decision names the version that it was made under, and the
 * registered policy hash stays that of version 1. Errors: NOT_OWNER (403), NOT_FOUND.
 */
export async function setGuidelines(
  ctx: SignedInContext,
  input: z.output<typeof SetGuidelinesInput>,
): Promise<{ number: number }> {
  await requireOwner(ctx.db, ctx.actor, input.datanetId);
  return ctx.db.transaction(async (tx) => {
    const [now] = await tx
      .select({ number: datanets.guidelinesNumber, text: datanets.guidelines, ownerId: datanets.ownerId })
      .from(datanets)
      .where(eq(datanets.id, input.datanetId))
      .for("no key update");
    if (now!.text === input.guidelines) return { number: now!.number };
    const number = now!.number + 1;
    await tx
      .update(datanets)
      .set({ guidelines: input.guidelines, guidelinesNumber: number })
      .where(eq(datanets.id, input.datanetId));
    await tx.insert(guidelineVersions).values({
      datanetId: input.datanetId,
      number,
      text: input.guidelines,
      createdById: ctx.actor.accountId,
    });
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "datanet.setGuidelines",
      subject: `datanet:${input.datanetId}`,
      data: { number },
    });
    return { number };
  });
}
