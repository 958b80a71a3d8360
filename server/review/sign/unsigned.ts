import { and, asc, eq, isNull, sql } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { records, reviews } from "@/db/schema";
import { rowHash } from "@/server/chain/hash";
import { UNDO_WINDOW_MS } from "../schemas";
import type { SignedDecision } from "./leaf";

/** One signature covers at most so many; the next one the others. */
export const SITTING_MOST = 10_000;

/**
 * A validator's own decisions in a Datanet that bear no signature yet, oldest first. Those that may still be taken
 * back are left for the next signature, and so are answers to known-answer items, which are no decisions on data.
 */
export async function unsignedDecisions(
  db: DatabaseOrTransaction,
  datanetId: string,
  validatorId: string,
): Promise<{ reviewId: string; signed: SignedDecision }[]> {
  const rows = await db
    .select({ review: reviews, rowHash: records.rowHash })
    .from(reviews)
    .innerJoin(records, eq(records.id, reviews.recordId))
    .where(and(eq(records.datanetId, datanetId), eq(reviews.validatorId, validatorId), isSignable))
    .orderBy(asc(reviews.createdAt), asc(reviews.id))
    .limit(SITTING_MOST);
  return rows.map(({ review, rowHash: shown }) => ({
    reviewId: review.id,
    signed: {
      rowHash: shown,
      decision: review.decision,
      reason: review.reason ?? "",
      guidelinesNumber: review.guidelinesNumber,
      decidedAt: review.createdAt.getTime(),
      fixedHash: review.fixed ? rowHash(review.fixed) : "",
    },
  }));
}

export const isSignable = and(
  isNull(reviews.batchId),
  eq(reviews.basis, "read"),
  sql`${reviews.part} in ('decision', 'adjudication')`,
  sql`${reviews.createdAt} < now() - make_interval(secs => ${UNDO_WINDOW_MS / 1000}::float8)`,
);
