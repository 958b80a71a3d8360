import { and, asc, eq, isNotNull, sql } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { accounts, records, reviewBatches, reviews, snapshotRecords } from "@/db/schema";
import { requireAccess } from "@/server/access/require";
import type { Context } from "@/server/context";

export type SignedBatch = {
  validator: string;
  root: string;
  decisions: number;
  madeAt: string;
  signature: string;
};

/** Signed sittings that hold a decision on a row accepted now: what a version of these rows rests on. */
export async function signedBatches(db: DatabaseOrTransaction, datanetId: string): Promise<SignedBatch[]> {
  const rows = await db
    .selectDistinct({
      validator: accounts.address,
      root: reviewBatches.root,
      decisions: reviewBatches.decisions,
      madeAt: sql<string>`${reviewBatches.madeAt}::text`,
      signature: reviewBatches.signature,
    })
    .from(reviewBatches)
    .innerJoin(accounts, eq(accounts.id, reviewBatches.validatorId))
    .innerJoin(reviews, eq(reviews.batchId, reviewBatches.id))
    .innerJoin(records, eq(records.id, reviews.recordId))
    .where(and(eq(reviewBatches.datanetId, datanetId), eq(records.status, "accepted")))
    .orderBy(asc(accounts.address), asc(reviewBatches.root));
  return rows;
}

/**
 * Of a version's rows: how many somebody signed a decision on, by how many people, and how many nobody read.
 * Error: NOT_FOUND.
 */
export async function getSignedCover(ctx: Context, snapshotId: string) {
  await requireAccess(ctx.db, ctx.actor, "datanet.read", "snapshot", snapshotId);
  const [row] = await ctx.db
    .select({
      rows: sql<number>`count(distinct ${snapshotRecords.recordId})::int`,
      signed: sql<number>`(count(distinct ${snapshotRecords.recordId}) filter (where ${isNotNull(reviews.batchId)}))::int`,
      people: sql<number>`(count(distinct ${reviews.validatorId}) filter (where ${isNotNull(reviews.batchId)}))::int`,
      unread: sql<number>`(count(distinct ${snapshotRecords.recordId}) filter (where ${reviews.basis} = 'sampled'))::int`,
    })
    .from(snapshotRecords)
    .leftJoin(reviews, eq(reviews.recordId, snapshotRecords.recordId))
    .where(eq(snapshotRecords.snapshotId, snapshotId));
  return row!;
}
