import { and, eq, inArray } from "drizzle-orm";
import { snapshotApprovals, snapshots } from "@/db/schema";
import type { SnapshotStatus } from "@/db/schema/snapshot.constants";
import { appendAudit } from "@/server/audit/append";
import { requireOwner } from "@/server/datanet/policy";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { APPROVAL_SECONDS, lockSnapshot, requirePrepared } from "./policy";

/**
 * Gives a version whose approval deadline has passed a new one. The old signatures name the old deadline, so they
 * are dropped and the version waits for approval again. Errors: NOT_OWNER, VERSION_NOT_READY, APPROVAL_LIVE.
 */
export async function resumeSnapshot(ctx: SignedInContext, input: { snapshotId: string }): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const locked = await lockSnapshot(tx, input.snapshotId);
    await requireOwner(tx, ctx.actor, locked.datanetId);
    const snapshot = requirePrepared(locked);
    const hasExpired = Number(snapshot.approvalDeadline) * 1000 <= Date.now();
    if (!hasExpired || !OPEN_FOR_APPROVAL.includes(snapshot.status)) throw stillLive();
    await tx.delete(snapshotApprovals).where(eq(snapshotApprovals.snapshotId, snapshot.id));
    await tx
      .update(snapshots)
      .set({ status: "approval", approvalDeadline: approvalDeadline() })
      .where(and(eq(snapshots.id, snapshot.id), inArray(snapshots.status, OPEN_FOR_APPROVAL)));
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "snapshot.resume",
      subject: `snapshot:${snapshot.id}`,
    });
  });
}

/** A transaction that carries expired approvals can only be refused, so one under way does not stand against it. */
const OPEN_FOR_APPROVAL: SnapshotStatus[] = ["approval", "commit", "committing"];

/** Seven days from now in unix seconds. */
export const approvalDeadline = (): bigint => BigInt(Math.floor(Date.now() / 1000) + APPROVAL_SECONDS);

const stillLive = () =>
  new AppError(
    "CONFLICT",
    "APPROVAL_LIVE",
    "The approval of this version is not waiting for a new deadline.",
    "Reload the page to see what it waits for.",
  );
