import { eq } from "drizzle-orm";
import { snapshots } from "@/db/schema";
import { env } from "@/env";
import { chainContracts } from "@/server/chain/context";
import { toBytes32 } from "@/server/chain/hash";
import { batchApproval } from "@/server/chain/typed-data";
import { datanetRole, requireValidator } from "@/server/datanet/policy";
import { AppError, notFound } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { type PreparedSnapshot, requireChainDatanet, requirePrepared } from "./policy";

/** The BatchApproval message of a prepared version, as wallets sign it and the contract checks it. */
export function approvalMessage(snapshot: PreparedSnapshot, chainDatanetId: bigint) {
  return batchApproval(
    { chainId: env().CHAIN_ID, contract: chainContracts().datanetRegistry },
    {
      datanetId: chainDatanetId,
      batchNo: BigInt(snapshot.number),
      root: toBytes32(snapshot.root),
      leaves: BigInt(snapshot.rows),
      manifestHash: toBytes32(snapshot.manifestSha256),
      deadline: snapshot.approvalDeadline,
    },
  );
}

/** Typed data for a validator's wallet. Errors: NOT_VALIDATOR, OWNER_APPROVAL, VERSION_NOT_READY, APPROVAL_EXPIRED. */
export async function getApproval(ctx: SignedInContext, input: { snapshotId: string }) {
  const [snapshot] = await ctx.db.select().from(snapshots).where(eq(snapshots.id, input.snapshotId));
  if (!snapshot) throw notFound("version");
  await requireApprover(ctx, snapshot.datanetId);
  const prepared = requirePrepared(snapshot);
  requireLive(prepared);
  const datanet = await requireChainDatanet(ctx.db, prepared.datanetId);
  return {
    typedData: approvalMessage(prepared, datanet.chainDatanetId),
    deadline: prepared.approvalDeadline.toString(),
  };
}

/** A validator of this Datanet who does not own it: the contract refuses the owner's own signature. */
export async function requireApprover(ctx: SignedInContext, datanetId: string): Promise<void> {
  await requireValidator(ctx.db, ctx.actor, datanetId);
  const { isOwner } = await datanetRole(ctx.db, ctx.actor, datanetId);
  if (!isOwner) return;
  throw new AppError(
    "FORBIDDEN",
    "OWNER_APPROVAL",
    "The owner cannot approve a version of their own Datanet.",
    "Ask another validator to approve it.",
  );
}

export function requireLive(snapshot: PreparedSnapshot): void {
  if (Number(snapshot.approvalDeadline) * 1000 > Date.now()) return;
  throw new AppError(
    "CONFLICT",
    "APPROVAL_EXPIRED",
    "The seven days for approving this version are over.",
    "Let the owner renew the deadline on the version's page; validators then sign again.",
  );
}
