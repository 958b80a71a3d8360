import { sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import type { RowTexts } from "@/db/schema/review";
import type { Decision } from "@/db/schema/review.constants";
import { rowHash } from "@/server/chain/hash";
import { insertRevision } from "@/server/contribution/revision";
import { countReviewers } from "./reviewers";

/** A row on which two people disagreed wants a third decision, and that one settles it. */
export const ADJUDICATED = 3;

export type Outcome = "accepted" | "rejected" | "sent_back" | "waiting" | "disagreement";

type Row = {
  status: string;
  datanetId: string;
  contributorId: string;
  reviewsWanted: number;
  rowHash: string;
};
type Made = {
  validatorId: string;
  decision: Decision;
  fixed: RowTexts | null;
  part: "decision" | "adjudication";
};

/**
 * Moves a row as far as the decisions on it go: one settles a row that wants one, two that agree settle a row that
 * wants two, the adjudication settles a disagreement. Where fewer people may decide than are wanted, those are enough.
 * The caller holds the contribution's lock.
 */
export async function settleRow(tx: Transaction, recordId: string): Promise<Outcome> {
  const row = await readRow(tx, recordId);
  if (row?.status !== "pending") return "waiting";
  const made = await readDecisions(tx, recordId);
  const adjudication = made.find(({ part }) => part === "adjudication");
  if (adjudication) return apply(tx, recordId, adjudication);
  if (made.length === 0 || row.reviewsWanted >= ADJUDICATED) return "waiting";
  const [first, second] = made as [Made, Made | undefined];
  if (row.reviewsWanted === 1) return apply(tx, recordId, first);
  if (!second) {
    const people = await countReviewers(tx, row.datanetId, row.contributorId);
    return people < 2 ? apply(tx, recordId, first) : "waiting";
  }
  if (meaning(first, row) === meaning(second, row)) return apply(tx, recordId, first);
  await tx.execute(sql`update records set reviews_wanted = ${ADJUDICATED} where id = ${recordId}`);
  return "disagreement";
}

/** What a decision makes of the row: two that leave it with the same texts agree, however they came to it. */
function meaning({ decision, fixed }: Made, row: Row): string {
  if (decision === "accept") return row.rowHash;
  return decision === "fix" ? rowHash(fixed!) : decision;
}

const STATUS_AFTER = { accept: "accepted", reject: "rejected", send_back: "sent_back" } as const;

async function apply(tx: Transaction, recordId: string, by: Made): Promise<Outcome> {
  if (by.decision === "fix") {
    const mended = { texts: by.fixed!, rowHash: rowHash(by.fixed!) };
    await insertRevision(tx, recordId, mended, {
      status: "accepted",
      fixedById: by.validatorId,
      reviewsWanted: 1,
    });
    return "accepted";
  }
  const status = STATUS_AFTER[by.decision];
  await tx.execute(sql`update records set status = ${status} where id = ${recordId}`);
  return status;
}

async function readRow(tx: Transaction, recordId: string): Promise<Row | undefined> {
  const { rows } = await tx.execute<Row>(sql`
    select status, datanet_id as "datanetId", contributor_id as "contributorId",
      reviews_wanted as "reviewsWanted", row_hash as "rowHash"
    from records where id = ${recordId}`);
  return rows[0];
}

async function readDecisions(tx: Transaction, recordId: string): Promise<Made[]> {
  const { rows } = await tx.execute<Made>(sql`
    select validator_id as "validatorId", decision, fixed, part from reviews
    where record_id = ${recordId} and part in ('decision', 'adjudication')
    order by created_at, id`);
  return rows;
}
