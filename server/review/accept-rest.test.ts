import { eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { records, reviews } from "@/db/schema";
import { acceptRest } from "./accept-rest";
import { decideReview } from "./decide";
import { contributionProgress } from "./queries";
import { HALF_HOUR, type Person, reviewWorldPerFile } from "./test-review";
import { undoReview } from "./undo";

const t = reviewWorldPerFile();
const { accept, as, contributionStatus, next, setUp, statusOf } = t;

const readSome = async (person: Person, datanetId: string, n: number) => {
  for (let i = 0; i < n; i += 1) await accept(person, (await next(person, datanetId)).item!.recordId);
};

test("needs 20 rows read; then the rest is accepted as sampled, and the contribution is reviewed", async () => {
  const { datanetId, people, contributionId } = await setUp(50, 2);
  const [one, two] = people as [Person, Person];
  await readSome(one, datanetId, 12);
  await readSome(two, datanetId, 7);
  await expect(acceptRest(as(one), { contributionId })).rejects.toMatchObject({
    code: "SAMPLE_TOO_SMALL",
    status: 409,
  });
  const { item } = await next(one, datanetId);
  const progress = () => contributionProgress(t.db, contributionId);
  expect(await progress()).toMatchObject({ read: 19, rows: 50, pending: 31, isRestAcceptable: false });
  await decideReview(as(one), { recordId: item!.recordId, decision: "reject", reason: "wrong_answer" });
  expect(await progress()).toMatchObject({
    read: 20,
    readRejected: 1,
    isRestAcceptable: true,
  });
  expect(await acceptRest(as(one), { contributionId })).toEqual({
    accepted: 30,
    isContributionReviewed: true,
  });
  const byBasis = await t.db
    .select({ basis: reviews.basis, decision: reviews.decision, n: sql<number>`count(*)::int` })
    .from(reviews)
    .innerJoin(records, eq(records.id, reviews.recordId))
    .where(eq(records.contributionId, contributionId))
    .groupBy(reviews.basis, reviews.decision)
    .orderBy(reviews.basis, reviews.decision);
  expect(byBasis).toEqual([
    { basis: "read", decision: "accept", n: 19 },
    { basis: "read", decision: "reject", n: 1 },
    { basis: "sampled", decision: "accept", n: 30 },
  ]);
  expect((await next(one, datanetId)).item).toBeNull();
  await expect(undoReview(as(one), { datanetId }, HALF_HOUR)).rejects.toMatchObject({
    code: "NOTHING_TO_UNDO",
  });
});

test("leaves the row that another validator holds, and the contributor may not", async () => {
  const { datanetId, people, contributionId, contributor } = await setUp(30, 2);
  const [one, two] = people as [Person, Person];
  await readSome(one, datanetId, 20);
  const held = (await next(two, datanetId)).item!;
  await next(one, datanetId);
  expect(await acceptRest(as(one), { contributionId })).toEqual({
    accepted: 9,
    isContributionReviewed: false,
  });
  expect(await statusOf(held.recordId)).toBe("pending");
  expect((await accept(two, held.recordId)).isContributionReviewed).toBe(true);
  await expect(acceptRest(as(contributor), { contributionId })).rejects.toMatchObject({ code: "OWN_ROW" });
});

test("against decisions at the same time: every row is decided exactly once", async () => {
  const { datanetId, people, contributionId, recordIds } = await setUp(120, 6);
  await readSome(people[0]!, datanetId, 20);
  const work = async (person: Person) => {
    for (;;) {
      const { item } = await next(person, datanetId);
      if (!item) return;
      await accept(person, item.recordId).catch((error) => expect(error.code).toBe("CLOSED"));
    }
  };
  await Promise.all([...people.slice(1).map(work), acceptRest(as(people[0]!), { contributionId })]);
  const perRow = await t.db
    .select({ n: sql<number>`count(*)::int` })
    .from(reviews)
    .innerJoin(records, eq(records.id, reviews.recordId))
    .where(eq(records.contributionId, contributionId))
    .groupBy(reviews.recordId);
  expect(perRow.length).toBe(recordIds.length);
  expect(perRow.every(({ n }) => n === 1)).toBe(true);
  expect(await contributionStatus(contributionId)).toBe("reviewed");
});
