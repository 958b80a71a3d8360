import { and, eq } from "drizzle-orm";
import { accounts, datanetMembers, datanets } from "@/db/schema";
import { createDatanetCall, type PreparedCall, setValidatorCall } from "@/server/chain/calls";
import { chainTarget } from "@/server/chain/context";
import { AppError, notFound } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { requireOwner } from "./policy";

/** The call that registers this Datanet; the owner's wallet sends it. */
export async function prepareRegister(
  ctx: SignedInContext,
  input: { datanetId: string },
): Promise<{ call: PreparedCall }> {
  await requireOwner(ctx.db, ctx.actor, input.datanetId);
  const [datanet] = await ctx.db.select().from(datanets).where(eq(datanets.id, input.datanetId));
  if (datanet!.status === "registered") {
    throw new AppError(
      "CONFLICT",
      "ALREADY_REGISTERED",
      "This Datanet is already on the chain.",
      "Reload the page to see its number.",
    );
  }
  return { call: createDatanetCall(chainTarget(), { policyHash: datanet!.policyHash }) };
}

/** The call that tells the chain who is a validator; the owner's wallet sends it after the role was granted here. */
export async function prepareGrant(
  ctx: SignedInContext,
  input: { datanetId: string; accountId: string },
): Promise<{ call: PreparedCall }> {
  await requireOwner(ctx.db, ctx.actor, input.datanetId);
  const [row] = await ctx.db
    .select({
      chainId: datanets.chainDatanetId,
      address: accounts.address,
      isValidator: datanetMembers.isValidator,
    })
    .from(datanets)
    .innerJoin(accounts, eq(accounts.id, input.accountId))
    .leftJoin(
      datanetMembers,
      and(eq(datanetMembers.datanetId, datanets.id), eq(datanetMembers.accountId, accounts.id)),
    )
    .where(eq(datanets.id, input.datanetId));
  if (!row) throw notFound("member");
  if (row.chainId === null) {
    throw new AppError(
      "CONFLICT",
      "NOT_REGISTERED",
      "This Datanet is not on the chain yet.",
      "Register it first, then grant the role.",
    );
  }
  const call = setValidatorCall(chainTarget(), {
    datanetId: row.chainId,
    account: row.address as `0x${string}`,
    // Who was taken out is no validator any more, and the chain has to hear it.
    isActive: row.isValidator ?? false,
  });
  return { call };
}
