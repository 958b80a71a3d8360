import { eq, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Transaction } from "@/db/client";
import { datanets, records } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { requireMember } from "@/server/datanet/policy";
import { AppError, notFound } from "@/server/errors";
import { lockContribution, reopenContribution } from "@/server/review/contribution-status";
import { countReviewers } from "@/server/review/reviewers";
import { tellSentBack } from "@/server/review/sent-back-notice";
import type { SignedInContext } from "@/server/trpc";
import { checkMended, insertRevision, lockRowHashes } from "./revision";
import type { ResubmitRowInput } from "./schemas";

/**
 * A contributor's mended row goes back to the validators as its next revision; the one that was sent back or rejected
 * stays with its reason. Errors: NOT_FOUND, NOT_SENT_BACK and ROW_DUPLICATE (409), UNCHANGED and the intake's codes (400),
 * NOT_MEMBER (403).
 */
export async function resubmitRow(
  ctx: SignedInContext,
  { recordId, texts }: z.output<typeof ResubmitRowInput>,
): Promise<{ recordId: string }> {
  const row = await ownRow(ctx, recordId);
  await requireMember(ctx.db, ctx.actor, row.datanetId);
  return ctx.db.transaction(async (tx) => {
    await lockRowHashes(tx, row.datanetId);
    await lockContribution(tx, row.contributionId);
    const [now] = await tx.select({ status: records.status }).from(records).where(eq(records.id, recordId));
    if (now?.status !== "sent_back" && now?.status !== "rejected") throw notSentBack();
    const mended = await checkMended(tx, row, texts);
    const newId = await insertRevision(tx, recordId, mended, {
      status: "pending",
      fixedById: null,
      reviewsWanted: await drawReviews(tx, row.datanetId, ctx.actor.accountId),
    });
    await reopenContribution(tx, row.contributionId);
    await tellSentBack(tx, row.contributionId);
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "contribution.resubmitRow",
      subject: `record:${newId}`,
      data: { before: recordId },
    });
    return { recordId: newId };
  });
}

async function ownRow(ctx: SignedInContext, recordId: string) {
  const [row] = await ctx.db
    .select({
      contributorId: records.contributorId,
      contributionId: records.contributionId,
      datanetId: records.datanetId,
      rowNumber: records.rowNumber,
      prompt: records.prompt,
      answer: records.answer,
      system: records.system,
      category: records.category,
      source: records.source,
    })
    .from(records)
    .where(eq(records.id, recordId));
  if (row?.contributorId !== ctx.actor.accountId) throw notFound("row");
  return row;
}

/** A mended row is as likely to be decided on by two people as any other. */
async function drawReviews(tx: Transaction, datanetId: string, contributorId: string): Promise<number> {
  if ((await countReviewers(tx, datanetId, contributorId)) < 2) return 1;
  const [drawn] = await tx
    .select({
      wanted: sql<number>`case when random() < (${datanets.reviewRules}->>'doubleShare')::float8 then 2 else 1 end`,
    })
    .from(datanets)
    .where(eq(datanets.id, datanetId));
  return drawn!.wanted;
}

const notSentBack = () =>
  new AppError(
    "CONFLICT",
    "NOT_SENT_BACK",
    "This row does not wait for you: it was mended already, or its decision was taken back.",
    "Look at its state on this page.",
  );
