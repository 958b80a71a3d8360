import { eq } from "drizzle-orm";
import { accounts, snapshotApprovals } from "@/db/schema";
import { env } from "@/env";
import { commitBatchCall } from "@/server/chain/calls";
import { chainContracts } from "@/server/chain/context";
import { requireOwner } from "@/server/datanet/policy";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { requireLive } from "./get-approval";
import { approvalQuorum, lockSnapshot, requireChainDatanet, requirePrepared } from "./policy";

/**
 * The `commitBatch` call for the owner's wallet, with every approval kept so far. Changes nothing, so it may be
 * asked for again after a rejected or lost transaction.
 * Errors: NOT_OWNER, VERSION_NOT_READY, APPROVAL_EXPIRED, QUORUM_NOT_REACHED, VERSION_FROZEN.
 */
export async function prepareCommit(ctx: SignedInContext, input: { snapshotId: string }) {
  return ctx.db.transaction(async (tx) => {
    const locked = await lockSnapshot(tx, input.snapshotId);
    await requireOwner(tx, ctx.actor, locked.datanetId);
    const snapshot = requirePrepared(locked);
    if (snapshot.status === "frozen") throw frozen(snapshot.number);
    requireLive(snapshot);
    const datanet = await requireChainDatanet(tx, snapshot.datanetId);
    const approvals = await tx
      .select({ signer: accounts.address, signature: snapshotApprovals.signature })
      .from(snapshotApprovals)
      .innerJoin(accounts, eq(accounts.id, snapshotApprovals.validatorId))
      .where(eq(snapshotApprovals.snapshotId, snapshot.id));
    const quorum = await approvalQuorum(tx, datanet.chainDatanetId);
    if (approvals.length < quorum) throw quorumNotReached(approvals.length, quorum);
    const call = commitBatchCall(
      { chainId: env().CHAIN_ID, ...chainContracts() },
      {
        datanetId: datanet.chainDatanetId,
        root: snapshot.root,
        leaves: snapshot.rows,
        manifestHash: snapshot.manifestSha256,
        deadline: snapshot.approvalDeadline,
        approvals: approvals as { signer: `0x${string}`; signature: `0x${string}` }[],
      },
    );
    return { call };
  });
}

const frozen = (number: number) =>
  new AppError(
    "CONFLICT",
    "VERSION_FROZEN",
    `Version ${number} is frozen on the chain.`,
    "Nothing is left to sign.",
  );

const quorumNotReached = (given: number, quorum: number) =>
  new AppError(
    "CONFLICT",
    "QUORUM_NOT_REACHED",
    `${given} of ${quorum} validators have approved this version.`,
    "Ask the Datanet's validators to open this page and approve.",
  );
