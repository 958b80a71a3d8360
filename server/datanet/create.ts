import type { z } from "zod";
import { datanetMembers, datanets, guidelineVersions } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { policyHash } from "@/server/chain/hash";
import type { SignedInContext } from "@/server/trpc";
import type { CreateDatanetInput } from "./schemas";

/** Creates a draft Datanet; it gets its on-chain id when the owner's `create` transaction is included. */
export async function createDatanet(
  ctx: SignedInContext,
  input: z.output<typeof CreateDatanetInput>,
): Promise<{ datanetId: string; policyHash: string }> {
  const labels = [...new Set(input.labels)];
  const fields = [...new Set(input.fields.map((field) => field.normalize("NFC")))];
  const hash = policyHash({ ...input, labels, fields });
  return ctx.db.transaction(async (tx) => {
    const [datanet] = await tx
      .insert(datanets)
      .values({ ...input, labels, fields, ownerId: ctx.actor.accountId, policyHash: hash })
      .returning({ id: datanets.id });
    const datanetId = datanet!.id;
    await tx.insert(datanetMembers).values({ datanetId, accountId: ctx.actor.accountId });
    await tx
      .insert(guidelineVersions)
      .values({ datanetId, number: 1, text: input.guidelines, createdById: ctx.actor.accountId });
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "datanet.create",
      subject: `datanet:${datanetId}`,
      data: { policyHash: hash, goal: input.goal },
    });
    return { datanetId, policyHash: hash };
  });
}
