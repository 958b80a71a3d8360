import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { makeContribution } from "@/db/factories";
import { auditLog, reviewClaims, reviews } from "@/db/schema";
import { decideReview } from "./decide";
import { HALF_HOUR, type Person, reviewWorldPerFile } from "./test-review";

const t = reviewWorldPerFile();
const { accept, as, contributionStatus, next, setUp, statusOf } = t;

test("records the decision, its reason and an audit line", async () => {
  const { datanetId, people, contributionId } = await setUp(2);
  const [validator] = people as [Person];
  const { recordId } = (await next(validator, datanetId)).item!;
  const result = await decideReview(as(validator), {
    recordId,
    decision: "reject",
    reason: "unclear",
    note: "which?",
  });
  expect(result).toEqual({
    undoMs: 10_000,
    outcome: "rejected",
    isContributionReviewed: false,
    lesson: null,
  });
  expect(await statusOf(recordId)).toBe("rejected");
  const [review] = await t.db.select().from(reviews).where(eq(reviews.recordId, recordId));
  expect(review).toMatchObject({ decision: "reject", reason: "unclear", note: "which?", basis: "read" });
  const [line] = await t.db
    .select()
    .from(auditLog)
    .where(eq(auditLog.subject, `record:${recordId}`));
  expect(line).toMatchObject({
    action: "review.decide",
    actorId: validator.id,
    data: { decision: "reject", reason: "unclear" },
  });
  expect(await contributionStatus(contributionId)).toBe("submitted");
});

test("a second decision is refused, also when both are sent at once", async () => {
  const { datanetId, people } = await setUp(3);
  const [validator] = people as [Person];
  const { recordId } = (await next(validator, datanetId)).item!;
  const results = await Promise.allSettled([accept(validator, recordId), accept(validator, recordId)]);
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  await expect(accept(validator, recordId)).rejects.toMatchObject({ code: "ALREADY_VOTED", status: 409 });
  expect(await t.db.$count(reviews, eq(reviews.recordId, recordId))).toBe(1);
});

test("an own row: OWN_ROW even with a forged claim", async () => {
  const { datanetId, people } = await setUp(0);
  const [validator] = people as [Person];
  const { recordIds } = await makeContribution(t.db, { datanetId, contributorId: validator.id }, ["mine"]);
  const recordId = recordIds[0]!;
  await t.db.insert(reviewClaims).values({
    recordId,
    datanetId,
    validatorId: validator.id,
    expiresAt: new Date(Date.now() + HALF_HOUR),
  });
  await expect(accept(validator, recordId)).rejects.toMatchObject({ code: "OWN_ROW", status: 403 });
  expect(await statusOf(recordId)).toBe("pending");
});

test("a row that somebody else decided is CLOSED; a draft does not exist", async () => {
  const { datanetId, people, contributor } = await setUp(1, 2);
  const [one, two] = people as [Person, Person];
  const { recordId } = (await next(one, datanetId)).item!;
  await accept(one, recordId);
  await expect(accept(two, recordId)).rejects.toMatchObject({ code: "CLOSED", status: 409 });
  const draft = await makeContribution(
    t.db,
    { datanetId, contributorId: contributor.id },
    ["draft"],
    "ready",
  );
  await expect(accept(one, draft.recordIds[0]!)).rejects.toMatchObject({ code: "NOT_FOUND", status: 404 });
});

test("two who decide the last two rows at once leave the contribution reviewed", async () => {
  const { datanetId, people, contributionId } = await setUp(8, 8);
  const items = await Promise.all(people.map((person) => next(person, datanetId)));
  const results = await Promise.all(people.map((person, i) => accept(person, items[i]!.item!.recordId)));
  expect(results.filter(({ isContributionReviewed }) => isContributionReviewed).length).toBe(1);
  expect(await contributionStatus(contributionId)).toBe("reviewed");
});
