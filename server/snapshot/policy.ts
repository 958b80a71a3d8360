import { and, eq } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { chainEvents, datanets, snapshots } from "@/db/schema";
import { SNAPSHOT_TRANSITIONS, type SnapshotStatus } from "@/db/schema/snapshot.constants";
import { AppError, notFound } from "@/server/errors";

/** A Datanet takes one version through to the chain at a time, because on the chain batch n follows n - 1. */
export const OPEN_STATUSES = [
  "preparing",
  "approval",
  "commit",
  "committing",
] as const satisfies SnapshotStatus[];
/** Below this a split leaves sides empty. */
export const MINIMUM_ROWS = 10;
export const APPROVAL_SECONDS = 7 * 86_400;

/** The statuses a version may be in for `to` to follow. */
export function statusesBefore(to: SnapshotStatus): SnapshotStatus[] {
  return (Object.keys(SNAPSHOT_TRANSITIONS) as SnapshotStatus[]).filter((from) =>
    SNAPSHOT_TRANSITIONS[from].includes(to),
  );
}

export type SnapshotRow = typeof snapshots.$inferSelect;

/** The version, locked until the transaction ends. */
export async function lockSnapshot(tx: DatabaseOrTransaction, snapshotId: string): Promise<SnapshotRow> {
  const [snapshot] = await tx.select().from(snapshots).where(eq(snapshots.id, snapshotId)).for("update");
  if (!snapshot) throw notFound("version");
  return snapshot;
}

/** What the validators sign and the chain stores; present from `approval` on. */
export type PreparedSnapshot = SnapshotRow & {
  root: string;
  manifestSha256: string;
  splitSha256: string;
  approvalDeadline: bigint;
};

export function requirePrepared(snapshot: SnapshotRow): PreparedSnapshot {
  if (
    snapshot.root &&
    snapshot.manifestSha256 &&
    snapshot.splitSha256 &&
    snapshot.approvalDeadline !== null
  ) {
    return snapshot as PreparedSnapshot;
  }
  throw new AppError(
    "CONFLICT",
    "VERSION_NOT_READY",
    snapshot.status === "failed"
      ? "This version could not be prepared."
      : "This version is still being prepared.",
    snapshot.status === "failed"
      ? "Freeze again from the Datanet."
      : "Wait a moment; the page follows by itself.",
  );
}

/** The Datanet's id in the registry; NOT_ON_CHAIN before its `create` transaction is included. */
export async function requireChainDatanet(
  db: DatabaseOrTransaction,
  datanetId: string,
): Promise<typeof datanets.$inferSelect & { chainDatanetId: bigint }> {
  const [datanet] = await db.select().from(datanets).where(eq(datanets.id, datanetId));
  if (!datanet) throw notFound("Datanet");
  if (datanet.chainDatanetId === null) {
    throw new AppError(
      "CONFLICT",
      "DATANET_NOT_ON_CHAIN",
      "This Datanet is not registered on the chain yet, so a version of it could not be recorded there.",
      "Let the owner's wallet register it from the Datanet's page first.",
    );
  }
  return { ...datanet, chainDatanetId: datanet.chainDatanetId };
}

/** How many validators must sign: 1 unless the registry's QuorumSet events say otherwise. */
export async function approvalQuorum(db: DatabaseOrTransaction, chainDatanetId: bigint): Promise<number> {
  const events = await db
    .select({ args: chainEvents.args, block: chainEvents.blockNumber, index: chainEvents.logIndex })
    .from(chainEvents)
    .where(and(eq(chainEvents.name, "QuorumSet")));
  const own = events
    .filter((event) => String(event.args.datanetId) === chainDatanetId.toString())
    .sort((a, b) => a.block - b.block || a.index - b.index);
  return Number(own.at(-1)?.args.quorum ?? 1);
}
