import { count, eq } from "drizzle-orm";
import type { z } from "zod";
import { snapshotApprovals, snapshots } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { recoverApproval } from "@/server/chain/recover-approval";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { approvalMessage, requireApprover, requireLive } from "./get-approval";
import { approvalQuorum, lockSnapshot, requireChainDatanet, requirePrepared } from "./policy";
import type { ApproveSnapshotInput } from "./schemas";

/**
 * Keeps a validator's signature over the version; at the quorum the version waits for its owner's transaction.
 * Signing twice is signing once. Errors: NOT_VALIDATOR, OWNER_APPROVAL, VERSION_NOT_READY, VERSION_CLOSED,
 * APPROVAL_EXPIRED, APPROVAL_STALE, APPROVAL_SIGNATURE.
 */
export async function approveSnapshot(
  ctx: SignedInContext,
  input: z.output<typeof ApproveSnapshotInput>,
): Promise<{ approvals: number; quorum: number }> {
  return ctx.db.transaction(async (tx) => {
    const locked = await lockSnapshot(tx, input.snapshotId);
    await requireApprover(ctx, locked.datanetId);
    const snapshot = requirePrepared(locked);
    if (snapshot.status !== "approval" && snapshot.status !== "commit") throw closed(snapshot.number);
    requireLive(snapshot);
    if (input.deadline !== snapshot.approvalDeadline.toString()) throw stale();
    const datanet = await requireChainDatanet(tx, snapshot.datanetId);
    const message = approvalMessage(snapshot, datanet.chainDatanetId);
    const recovered = await recoverApproval(message, input.signature as `0x${string}`);
    if (recovered?.address !== ctx.actor.address.toLowerCase()) throw wrongSignature(ctx.actor.address);

    const added = await tx
      .insert(snapshotApprovals)
      .values({
        snapshotId: snapshot.id,
        validatorId: ctx.actor.accountId,
        signature: recovered.signature,
        deadline: snapshot.approvalDeadline,
      })
      .onConflictDoNothing()
      .returning();
    const [given] = await tx
      .select({ n: count() })
      .from(snapshotApprovals)
      .where(eq(snapshotApprovals.snapshotId, snapshot.id));
    const quorum = await approvalQuorum(tx, datanet.chainDatanetId);
    if (snapshot.status === "approval" && given!.n >= quorum) {
      await tx.update(snapshots).set({ status: "commit" }).where(eq(snapshots.id, snapshot.id));
    }
    if (added.length === 1) {
      await appendAudit(tx, {
        actorId: ctx.actor.accountId,
        action: "snapshot.approve",
        subject: `snapshot:${snapshot.id}`,
        data: { root: snapshot.root, manifestSha256: snapshot.manifestSha256, deadline: input.deadline },
      });
    }
    return { approvals: given!.n, quorum };
  });
}

const closed = (number: number) =>
  new AppError(
    "CONFLICT",
    "VERSION_CLOSED",
    `Version ${number} takes no more approvals: it is already on its way to the chain.`,
    "Nothing more is needed from you.",
  );

const stale = () =>
  new AppError(
    "CONFLICT",
    "APPROVAL_STALE",
    "The deadline of this version was renewed while you were signing.",
    "Sign once more; the page shows the new deadline.",
  );

const wrongSignature = (address: string) =>
  new AppError(
    "UNPROCESSABLE",
    "APPROVAL_SIGNATURE",
    `This signature was not made by ${address} over this version.`,
    "Choose that account in your wallet and sign again.",
  );
