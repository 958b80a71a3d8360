import { eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { contributions, snapshotRecords, snapshots } from "@/db/schema";
import { decideReview } from "../decide";
import { fixPlan } from "../plan/fix-plan";
import { reviewWorldPerFile } from "../test-review";
import { getTimeline, listRefused } from "./queries";

const t = reviewWorldPerFile();

test("from upload to version, the median wait, and every refused row with its reason but no name", async () => {
  const { datanetId, people, contributor, contributionId, recordIds } = await t.setUp(200, 1);
  const [one] = people as [(typeof people)[number]];
  await t.db
    .update(contributions)
    .set({ submittedAt: sql`now() - interval '1 hour'`, createdAt: sql`now() - interval '2 hours'` })
    .where(eq(contributions.id, contributionId));
  await t.db.transaction((tx) => fixPlan(tx, contributionId, 200));
  for (const note of ["the date is wrong", undefined]) {
    const { item } = await t.next(one, datanetId);
    await decideReview(t.as(one), {
      recordId: item!.recordId,
      decision: "reject",
      reason: "wrong_answer",
      note,
    });
  }
  const [version] = await t.db
    .insert(snapshots)
    .values({ datanetId, number: 2, createdById: one.id, status: "frozen", frozenAt: new Date() })
    .returning({ id: snapshots.id });
  await t.db
    .insert(snapshotRecords)
    .values({ snapshotId: version!.id, recordId: recordIds[0]!, leaf: "", cluster: "", side: "train" });
  const timeline = await getTimeline(t.as(contributor), contributionId);
  expect(timeline.steps.map(({ kind }) => kind)).toEqual([
    "uploaded",
    "submitted",
    "firstDecision",
    "verdict",
    "reviewed",
    "version",
  ]);
  expect(timeline.steps[3]).toMatchObject({ verdict: "rejected", read: 2, defects: 2, isAudit: false });
  expect(timeline.steps[5]).toMatchObject({ number: 2, rows: 1 });
  expect(timeline.medianWaitMs! / 3_600_000).toBeCloseTo(1, 1);
  expect(timeline.learned).toBeNull();

  const refused = await listRefused(t.as(contributor), contributionId);
  expect(refused.total).toBe(200);
  expect(refused.reads).toEqual({ read: 2, defects: 2 });
  expect(refused.items.slice(0, 2).map(({ reason, note, isUnread }) => [reason, note, isUnread])).toEqual(
    expect.arrayContaining([
      ["wrong_answer", "the date is wrong", false],
      ["wrong_answer", null, false],
    ]),
  );
  expect(refused.items[2]).toMatchObject({ status: "sent_back", reason: null, isUnread: true });
  expect(JSON.stringify(refused)).not.toContain(one.id);
  await expect(getTimeline(t.as(one), contributionId)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(listRefused(t.as(one), contributionId)).rejects.toMatchObject({ code: "NOT_FOUND" });
});
