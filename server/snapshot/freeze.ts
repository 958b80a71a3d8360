import { and, count, desc, eq, inArray } from "drizzle-orm";
import { datanets, records, snapshots } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { requireOwner } from "@/server/datanet/policy";
import { AppError } from "@/server/errors";
import { enqueue } from "@/server/jobs/queue";
import type { SignedInContext } from "@/server/trpc";
import { MINIMUM_ROWS, OPEN_STATUSES, requireChainDatanet } from "./policy";

/**
 * Starts the next version of a Datanet: every row accepted so far, over all contributions. A job makes the leaves,
 * the root and the split; then a validator approves and the owner's wallet commits it.
 * Errors: DATANET_NOT_ON_CHAIN, VERSION_OPEN, NOTHING_ACCEPTED, DATASET_TOO_SMALL.
 */
export async function freezeSnapshot(
  ctx: SignedInContext,
  input: { datanetId: string },
): Promise<{ snapshotId: string; number: number }> {
  const { datanetId } = input;
  await requireOwner(ctx.db, ctx.actor, datanetId);
  return ctx.db.transaction(async (tx) => {
    // The lock makes two clicks one version.
    await tx.select({ id: datanets.id }).from(datanets).where(eq(datanets.id, datanetId)).for("update");
    await requireChainDatanet(tx, datanetId);
    const [open] = await tx
      .select({ number: snapshots.number })
      .from(snapshots)
      .where(and(eq(snapshots.datanetId, datanetId), inArray(snapshots.status, [...OPEN_STATUSES])));
    if (open) throw versionOpen(open.number);
    const [accepted] = await tx
      .select({ n: count() })
      .from(records)
      .where(and(eq(records.datanetId, datanetId), eq(records.status, "accepted")));
    requireEnoughRows(accepted!.n);

    // A version that could not be prepared holds no rows and never reached the chain; its number is free again.
    await tx.delete(snapshots).where(and(eq(snapshots.datanetId, datanetId), eq(snapshots.status, "failed")));
    const [last] = await tx
      .select({ number: snapshots.number })
      .from(snapshots)
      .where(eq(snapshots.datanetId, datanetId))
      .orderBy(desc(snapshots.number))
      .limit(1);
    const number = (last?.number ?? 0) + 1;
    const [snapshot] = await tx
      .insert(snapshots)
      .values({ datanetId, number, createdById: ctx.actor.accountId, rows: accepted!.n })
      .returning({ id: snapshots.id });
    const snapshotId = snapshot!.id;
    await enqueue(tx, "snapshot.prepare", { snapshotId });
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "snapshot.freeze",
      subject: `snapshot:${snapshotId}`,
      data: { datanetId, number, rows: accepted!.n },
    });
    return { snapshotId, number };
  });
}

export function requireEnoughRows(rows: number): void {
  if (rows === 0) {
    throw new AppError(
      "UNPROCESSABLE",
      "NOTHING_ACCEPTED",
      "No row of this Datanet has been accepted yet, so there is nothing to freeze.",
      "Submit a contribution and let a validator review it.",
    );
  }
  if (rows < MINIMUM_ROWS) {
    throw new AppError(
      "UNPROCESSABLE",
      "DATASET_TOO_SMALL",
      `This Datanet has ${rows} accepted ${rows === 1 ? "row" : "rows"}; a version needs at least ${MINIMUM_ROWS}.`,
      `Have ${MINIMUM_ROWS - rows} more accepted, then freeze again.`,
    );
  }
}

const versionOpen = (number: number) =>
  new AppError(
    "CONFLICT",
    "VERSION_OPEN",
    `Version ${number} of this Datanet is still on its way to the chain.`,
    `Finish version ${number} first: its page says what it waits for.`,
  );
