import { eq, sql } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { contributions, records } from "@/db/schema";
import { accountsOfPerson, isSamePerson } from "@/server/account/person";
import type { Actor } from "@/server/context";
import { requireValidator } from "@/server/datanet/policy";
import { AppError, notFound } from "@/server/errors";
import { holdsHidden } from "./hidden";

export const ownRow = () =>
  new AppError(
    "FORBIDDEN",
    "OWN_ROW",
    "This row is your own.",
    "Somebody else decides on it; take the next item from the queue.",
  );

/**
 * A validator of the row's Datanet, none of whose accounts (`mine`) contributed the row. Drafts do not exist for a
 * validator.
 */
export async function requireRowReviewer(db: DatabaseOrTransaction, actor: Actor, recordId: string) {
  const [[row], mine] = await Promise.all([readRow(db, recordId), accountsOfPerson(db, actor.accountId)]);
  if (!row || row.status === "draft") throw notFound("row");
  if (mine.includes(row.contributorId)) throw ownRow();
  await requireValidator(db, actor, row.datanetId);
  return { ...row, mine };
}

function readRow(db: DatabaseOrTransaction, recordId: string) {
  return db
    .select({
      contributionId: records.contributionId,
      contributorId: records.contributorId,
      datanetId: records.datanetId,
      status: records.status,
      rowNumber: records.rowNumber,
      rowHash: records.rowHash,
      answer: records.answer,
      category: records.category,
      isHiding: sql<boolean>`${holdsHidden(sql`records`)}`,
    })
    .from(records)
    .where(eq(records.id, recordId));
}

/** A validator of the contribution's Datanet, none of whose accounts contributed it. */
export async function requireContributionReviewer(
  db: DatabaseOrTransaction,
  actor: Actor,
  contributionId: string,
): Promise<{ datanetId: string }> {
  const [row] = await db
    .select({
      contributorId: contributions.contributorId,
      datanetId: contributions.datanetId,
      status: contributions.status,
    })
    .from(contributions)
    .where(eq(contributions.id, contributionId));
  if (!row || (row.status !== "submitted" && row.status !== "reviewed")) throw notFound("contribution");
  if (await isSamePerson(db, row.contributorId, actor.accountId)) throw ownRow();
  await requireValidator(db, actor, row.datanetId);
  return { datanetId: row.datanetId };
}
