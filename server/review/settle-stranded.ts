import { sql } from "drizzle-orm";
import type { Database } from "@/db/client";
import { closeContribution } from "./contribution-status";
import { lockContributionsOf } from "./decide-many";
import { countReviewers } from "./reviewers";
import { settleRow } from "./settle";

/** Rows a transaction. */
const MOST = 500;

/**
 * Rows that wait for a second person who is not there any more, because a role was taken back or two accounts turned
 * out to be one person's: the one decision settles them. Returns whether any moved.
 */
export async function settleStranded(db: Database, datanetId: string): Promise<boolean> {
  const alone = await contributorsWithOneReviewer(db, datanetId);
  if (alone.length === 0) return false;
  return db.transaction(async (tx) => {
    const { rows } = await tx.execute<{ id: string }>(sql`
      select r.id from records r
      where r.datanet_id = ${datanetId} and r.status = 'pending' and r.reviews_wanted = 2
        and r.contributor_id = any(${sql.param(alone)}::uuid[])
        and exists (select 1 from reviews v where v.record_id = r.id and v.part = 'decision')
      order by r.id limit ${MOST}`);
    const recordIds = rows.map(({ id }) => id);
    const contributionIds = await lockContributionsOf(tx, datanetId, recordIds);
    for (const recordId of recordIds) await settleRow(tx, recordId);
    for (const contributionId of contributionIds) await closeContribution(tx, contributionId);
    return recordIds.length > 0;
  });
}

/** Of the contributors of rows that wait for a second decision. */
async function contributorsWithOneReviewer(db: Database, datanetId: string): Promise<string[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    select distinct r.contributor_id as id from records r
    where r.datanet_id = ${datanetId} and r.status = 'pending' and r.reviews_wanted = 2
      and exists (select 1 from reviews v where v.record_id = r.id)`);
  const alone: string[] = [];
  for (const { id } of rows) if ((await countReviewers(db, datanetId, id)) < 2) alone.push(id);
  return alone;
}
