import { eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { auditLog, reviews, snapshotRecords, snapshots } from "@/db/schema";
import { decideReview } from "./decide";
import { HALF_HOUR, type Person, reviewWorldPerFile } from "./test-review";
import { undoReview } from "./undo";

const t = reviewWorldPerFile();
const { accept, as, contributionStatus, next, setUp, statusOf } = t;

test("takes back the last decision, reopens the contribution and gives the row back", async () => {
  const { datanetId, people, contributionId } = await setUp(1);
  const [validator] = people as [Person];
  const { recordId } = (await next(validator, datanetId)).item!;
  await accept(validator, recordId);
  expect(await contributionStatus(contributionId)).toBe("reviewed");
  const { item } = await undoReview(as(validator), { datanetId }, HALF_HOUR);
  expect(item?.recordId).toBe(recordId);
  expect([await statusOf(recordId), await contributionStatus(contributionId)]).toEqual([
    "pending",
    "submitted",
  ]);
  await decideReview(as(validator), { recordId, decision: "reject", reason: "other" });
  expect(await statusOf(recordId)).toBe("rejected");
  const lines = await t.db
    .select()
    .from(auditLog)
    .where(eq(auditLog.subject, `record:${recordId}`))
    .orderBy(auditLog.seq);
  expect(lines.map(({ action }) => action)).toEqual(["review.decide", "review.undo", "review.decide"]);
});

test("not after ten seconds, not when frozen, not somebody else's", async () => {
  const { datanetId, people } = await setUp(2, 2);
  const [one, two] = people as [Person, Person];
  await expect(undoReview(as(one), { datanetId }, HALF_HOUR)).rejects.toMatchObject({
    code: "NOTHING_TO_UNDO",
  });
  const { recordId } = (await next(one, datanetId)).item!;
  await accept(one, recordId);
  await expect(undoReview(as(two), { datanetId }, HALF_HOUR)).rejects.toMatchObject({
    code: "NOTHING_TO_UNDO",
  });
  const [snapshot] = await t.db
    .insert(snapshots)
    .values({ datanetId, number: 1, createdById: one.id })
    .returning({ id: snapshots.id });
  await t.db
    .insert(snapshotRecords)
    .values({ snapshotId: snapshot!.id, recordId, leaf: "a", cluster: "c", side: "train" });
  await expect(undoReview(as(one), { datanetId }, HALF_HOUR)).rejects.toMatchObject({
    code: "FROZEN",
    status: 409,
  });
  await t.db.delete(snapshotRecords).where(eq(snapshotRecords.recordId, recordId));
  await t.db
    .update(reviews)
    .set({ createdAt: sql`now() - interval '11 seconds'` })
    .where(eq(reviews.recordId, recordId));
  await expect(undoReview(as(one), { datanetId }, HALF_HOUR)).rejects.toMatchObject({
    code: "UNDO_TOO_LATE",
  });
  expect(await statusOf(recordId)).toBe("accepted");
});
