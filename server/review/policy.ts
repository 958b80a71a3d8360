import { eq, sql } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { contributions, records } from "@/db/schema";
import { requireCan } from "@/server/access/can";
import { loadResource } from "@/server/access/facts";
import { accountsOfPerson, isSamePerson } from "@/server/account/person";
import type { Actor } from "@/server/context";
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
 * validator, and a row of a private Datanet for nobody outside of it, whose own it may be.
 */
export async function requireRowReviewer(db: DatabaseOrTransaction, actor: Actor, recordId: string) {
  const [[row], mine] = await Promise.all([readRow(db, recordId), accountsOfPerson(db, actor.accountId)]);
  if (!row || row.status === "draft") throw notFound("row");
  await requireOthersReviewer(db, actor, { kind: "record", id: recordId, ...row });
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
      prompt: records.prompt,
      answer: records.answer,
      system: records.system,
      category: records.category,
      source: records.source,
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
  await requireOthersReviewer(db, actor, { kind: "contribution", id: contributionId, ...row });
  return { datanetId: row.datanetId };
}

type Given = { kind: "record" | "contribution"; id: string; contributorId: string };

/** Errors: NOT_FOUND before anything is told of it, OWN_ROW, NOT_VALIDATOR. */
async function requireOthersReviewer(db: DatabaseOrTransaction, actor: Actor, given: Given): Promise<void> {
  const resource = await loadResource(db, actor, given.kind, given.id);
  requireCan(actor, "datanet.read", resource);
  if (await isSamePerson(db, given.contributorId, actor.accountId)) throw ownRow();
  requireCan(actor, "datanet.review", resource);
}
