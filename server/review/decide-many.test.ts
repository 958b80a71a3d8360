import { and, eq, inArray, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { makeContribution } from "@/db/factories";
import { auditLog, findings, records, reviewClaims, reviews } from "@/db/schema";
import { decideReview } from "./decide";
import { decideMany } from "./decide-many";
import { DecideManyInput } from "./schemas";
import { HALF_HOUR, type Person, reviewWorldPerFile } from "./test-review";
import { undoReview } from "./undo";

const t = reviewWorldPerFile();
const { as, claim, contributionStatus, decide, next, setUp, statusOf, wantTwo } = t;

const many = (person: Person, input: Parameters<typeof DecideManyInput.parse>[0]) =>
  decideMany(as(person), DecideManyInput.parse(input));

test("a selection: a review each, one reason, held and own and decided rows left", async () => {
  const { datanetId, people, recordIds, contributionId } = await setUp(6, 2);
  const [one, two] = people as [Person, Person];
  const own = await makeContribution(t.db, { datanetId, contributorId: one.id }, ["mine"]);
  await claim(two, datanetId, recordIds[0]!);
  await decide(one, datanetId, { recordId: recordIds[1]!, decision: "accept" });
  await claim(one, datanetId, recordIds[2]!);
  const made = await many(one, {
    datanetId,
    recordIds: [...recordIds, ...own.recordIds],
    decision: "reject",
    reason: "off_topic",
  });
  expect(made).toEqual({ decided: 4, left: 3, undoMs: 10_000 });
  const found = await t.db
    .select({ decision: reviews.decision, reason: reviews.reason, basis: reviews.basis })
    .from(reviews)
    .where(and(inArray(reviews.recordId, recordIds.slice(2)), eq(reviews.validatorId, one.id)));
  expect(found).toEqual(Array(4).fill({ decision: "reject", reason: "off_topic", basis: "read" }));
  expect(await statusOf(recordIds[0]!)).toBe("pending");
  expect(await statusOf(own.recordIds[0]!)).toBe("pending");
  expect(await t.db.$count(reviewClaims, eq(reviewClaims.validatorId, one.id))).toBe(0);
  expect(await contributionStatus(contributionId)).toBe("submitted");
  const lines = await t.db
    .select({ data: auditLog.data })
    .from(auditLog)
    .where(eq(auditLog.action, "review.decideMany"));
  expect(lines).toEqual([{ data: { decision: "reject", rows: 4, reason: "off_topic" } }]);
});

test("undo takes the whole selection back, and nothing else", async () => {
  const { datanetId, people, recordIds, contributionId } = await setUp(5, 1);
  const [one] = people as [Person];
  await decide(one, datanetId, { recordId: recordIds[0]!, decision: "accept" });
  await many(one, { datanetId, recordIds: recordIds.slice(1), decision: "accept" });
  expect(await contributionStatus(contributionId)).toBe("reviewed");
  expect(await undoReview(as(one), { datanetId }, HALF_HOUR)).toEqual({ item: null, undone: 4 });
  expect(await contributionStatus(contributionId)).toBe("submitted");
  expect(await Promise.all(recordIds.map(statusOf))).toEqual(["accepted", ...Array(4).fill("pending")]);
  expect(await t.db.$count(reviews, inArray(reviews.recordId, recordIds))).toBe(1);
});

test("of rows that want two it is one of the two", async () => {
  const { datanetId, people, recordIds } = await setUp(3, 3);
  const [one, two, three] = people as [Person, Person, Person];
  await wantTwo(recordIds.slice(0, 2));
  await many(one, { datanetId, recordIds, decision: "accept" });
  expect(await Promise.all(recordIds.map(statusOf))).toEqual(["pending", "pending", "accepted"]);
  expect(await many(one, { datanetId, recordIds, decision: "accept" })).toMatchObject({
    decided: 0,
    left: 3,
  });
  await many(two, { datanetId, recordIds: [recordIds[0]!], decision: "accept" });
  await many(two, { datanetId, recordIds: [recordIds[1]!], decision: "send_back", reason: "unclear" });
  expect(await Promise.all(recordIds.map(statusOf))).toEqual(["accepted", "pending", "accepted"]);
  const disputedLeft = await many(three, { datanetId, recordIds: [recordIds[1]!], decision: "accept" });
  expect(disputedLeft).toMatchObject({ decided: 0, left: 1 });
});

test("two selections over the same rows at once: each row once", async () => {
  const { datanetId, people, recordIds } = await setUp(200, 2);
  const made = await Promise.all(
    people.map((person) => many(person, { datanetId, recordIds, decision: "accept" })),
  );
  expect(made.reduce((n, { decided }) => n + decided, 0)).toBe(200);
  const [found] = await t.db
    .select({ rows: sql<number>`count(distinct ${reviews.recordId})::int`, n: sql<number>`count(*)::int` })
    .from(reviews)
    .where(inArray(reviews.recordId, recordIds));
  expect(found).toEqual({ rows: 200, n: 200 });
});

test("a selection beside others who take rows one by one loses none and shares none", async () => {
  const { datanetId, people, recordIds } = await setUp(120, 4);
  const [chief, ...others] = people as [Person, ...Person[]];
  const work = async (person: Person) => {
    for (let item = (await next(person, datanetId)).item; item; item = (await next(person, datanetId)).item) {
      await decideReview(as(person), { recordId: item.recordId, decision: "accept" });
    }
  };
  await Promise.all([...others.map(work), many(chief, { datanetId, recordIds, decision: "accept" })]);
  expect(
    await t.db.$count(records, and(eq(records.datanetId, datanetId), eq(records.status, "accepted"))),
  ).toBe(120);
});

test("hidden characters: no acceptance before they were seen, alone or in a selection", async () => {
  const { datanetId, people, recordIds, contributionId } = await setUp(2);
  const [one] = people as [Person];
  await t.db.insert(findings).values({
    contributionId,
    row: 1,
    column: "prompt",
    code: "HIDDEN_TEXT",
    severity: "warning",
    message: "It hides characters.",
    fix: "Look.",
    detail: { spans: [{ start: 1, end: 2 }] },
  });
  const recordId = recordIds[0]!;
  const item = await claim(one, datanetId, recordId);
  expect(item.findings).toMatchObject([
    { code: "HIDDEN_TEXT", column: "prompt", spans: [{ start: 1, end: 2 }] },
  ]);
  await expect(decideReview(as(one), { recordId, decision: "accept" })).rejects.toMatchObject({
    code: "HIDDEN_TEXT",
    status: 409,
  });
  expect(await many(one, { datanetId, recordIds, decision: "accept" })).toMatchObject({
    decided: 1,
    left: 1,
  });
  await decide(one, datanetId, { recordId, decision: "accept", isHiddenSeen: true });
  expect(await statusOf(recordId)).toBe("accepted");
});

test("the call's limits: 500 rows, a reason where one is due, no fix of many", () => {
  const datanetId = "00000000-0000-4000-8000-000000000000";
  const ids = Array.from({ length: 501 }, () => crypto.randomUUID());
  const isFine = (input: object) => DecideManyInput.safeParse({ datanetId, ...input }).success;
  expect(isFine({ recordIds: ids.slice(1), decision: "accept" })).toBe(true);
  expect(isFine({ recordIds: ids, decision: "accept" })).toBe(false);
  expect(isFine({ recordIds: [], decision: "accept" })).toBe(false);
  expect(isFine({ recordIds: ids.slice(0, 1), decision: "reject" })).toBe(false);
  expect(isFine({ recordIds: ids.slice(0, 1), decision: "accept", reason: "other" })).toBe(false);
  expect(isFine({ recordIds: ids.slice(0, 1), decision: "fix" })).toBe(false);
});
