import { and, eq } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { datanets, snapshots } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";

export type BatchCommitted = {
  /** Id in the registry. */
  datanetId: bigint;
  batch: number;
  /** 64 hex digits, with or without 0x. */
  root: string;
};

/**
 * The chain says this batch is committed: the version is frozen. Called when the transaction is included and again
 * when it is final; the second call changes nothing. Returns false when no version of ours matches, also by root.
 * The chain is the truth, so it may skip a status: someone else may have sent the batch with the same signatures.
 */
export async function markSnapshotFrozen(tx: Transaction, event: BatchCommitted): Promise<boolean> {
  const [snapshot] = await tx
    .select({ id: snapshots.id, status: snapshots.status, root: snapshots.root })
    .from(snapshots)
    .innerJoin(datanets, eq(datanets.id, snapshots.datanetId))
    .where(and(eq(datanets.chainDatanetId, event.datanetId), eq(snapshots.number, event.batch)))
    .for("update", { of: snapshots });
  if (!snapshot) return false;
  const root = event.root.replace(/^0x/, "").toLowerCase();
  if (snapshot.root !== root) {
    const problem = `The chain holds another root (${root}) for this version, so this one cannot be frozen.`;
    await tx.update(snapshots).set({ problem }).where(eq(snapshots.id, snapshot.id));
    return false;
  }
  if (snapshot.status === "frozen") return true;
  await tx
    .update(snapshots)
    .set({ status: "frozen", frozenAt: new Date(), problem: null })
    .where(eq(snapshots.id, snapshot.id));
  await appendAudit(tx, {
    actorId: null,
    action: "snapshot.frozen",
    subject: `snapshot:${snapshot.id}`,
    data: { datanetId: event.datanetId.toString(), batch: event.batch, root },
  });
  return true;
}
