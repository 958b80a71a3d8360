import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDatabase, createPool, type Database } from "@/db/client";
import { makeAccount, makeContribution, makeDatanet, makeMember } from "@/db/factories";
import {
  auditLog,
  contributions,
  records,
  reviewClaims,
  reviews,
  snapshotRecords,
  snapshots,
} from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import type { SignedInContext } from "@/server/trpc";
import { acceptRest } from "./accept-rest";
import { claimNext } from "./claim-next";
import { decideReview } from "./decide";
import { getQueue } from "./queries";
import { undoReview } from "./undo";

const HALF_HOUR = 30 * 60_000;
let test_: TestDatabase;
let db: Database;
const pools: { end(): Promise<void> }[] = [];
beforeAll(async () => {
  test_ = await createTestDatabase();
  // Wide enough that eight validators really run at once.
  const pool = createPool(test_.url, 12);
  pools.push(pool);
  db = createDatabase(pool);
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await test_.close();
});

type Person = { id: string; address: `0x${string}` };
const as = (person: Person): SignedInContext => ({
  db,
  blobs: null as never,
  actor: { accountId: person.id, address: person.address, sessionHash: "" },
  requestId: "test",
  browser: null,
  userAgent: null,
  setCookie: () => {},
});

const prompts = (n: number, word = "question") => Array.from({ length: n }, (_, i) => `${word} ${i + 1}`);

/** A Datanet with one contributor's pending rows and some validators. */
async function setUp(rows: number, validators = 1) {
  const owner = await makeAccount(db);
  const datanetId = await makeDatanet(db, owner.id);
  const contributor = await makeMember(db, datanetId);
  const people = await Promise.all(Array.from({ length: validators }, () => makeMember(db, datanetId, true)));
  const made = await makeContribution(db, { datanetId, contributorId: contributor.id }, prompts(rows));
  return { datanetId, contributor, people, ...made };
}

const next = (person: Person, datanetId: string, skipRecordId?: string, ttlMs = HALF_HOUR) =>
  claimNext(as(person), { datanetId, skipRecordId }, ttlMs);
const accept = (person: Person, recordId: string) =>
  decideReview(as(person), { recordId, decision: "accept" });
const statusOf = async (recordId: string) =>
  (await db.select({ status: records.status }).from(records).where(eq(records.id, recordId)))[0]!.status;
const contributionStatus = async (id: string) =>
  (await db.select({ status: contributions.status }).from(contributions).where(eq(contributions.id, id)))[0]!
    .status;

describe("claimNext", () => {
  test("eight validators at once never share an item, and decide every item exactly once", async () => {
    const { datanetId, people, recordIds, contributionId } = await setUp(60, 8);
    const held = new Map<string, string>();
    const shared: string[] = [];
    const work = async (person: Person) => {
      for (;;) {
        const { item } = await next(person, datanetId);
        if (!item) return;
        if (held.has(item.recordId)) shared.push(item.recordId);
        held.set(item.recordId, person.id);
        await accept(person, item.recordId);
      }
    };
    await Promise.all(people.map(work));
    expect(shared).toEqual([]);
    expect([...held.keys()].sort()).toEqual([...recordIds].sort());
    const decided = await db
      .select({ recordId: reviews.recordId, validatorId: reviews.validatorId })
      .from(reviews)
      .innerJoin(records, eq(records.id, reviews.recordId))
      .where(eq(records.datanetId, datanetId));
    expect(decided.length).toBe(60);
    expect(decided.every(({ recordId, validatorId }) => held.get(recordId) === validatorId)).toBe(true);
    expect(await contributionStatus(contributionId)).toBe("reviewed");
  });

  test("eight validators on fewer items: one holder an item, nothing for the others", async () => {
    const { datanetId, people } = await setUp(3, 8);
    const items = (await Promise.all(people.map((person) => next(person, datanetId)))).map(
      ({ item }) => item,
    );
    const ids = items.flatMap((item) => (item ? [item.recordId] : []));
    expect(new Set(ids).size).toBe(3);
    expect(ids.length).toBe(3);
  });

  test("an own row is never offered, alone or among others", async () => {
    const { datanetId, people } = await setUp(5, 1);
    const [validator] = people as [Person];
    const own = await makeContribution(db, { datanetId, contributorId: validator.id }, prompts(20, "own"));
    const seen: string[] = [];
    for (
      let item = (await next(validator, datanetId)).item;
      item;
      item = (await next(validator, datanetId)).item
    ) {
      seen.push(item.recordId);
      await accept(validator, item.recordId);
    }
    expect(seen.length).toBe(5);
    expect(seen.filter((id) => own.recordIds.includes(id))).toEqual([]);
    const { counts } = await getQueue(as(validator), datanetId);
    expect(counts).toEqual({ waiting: 0, claimedByOthers: 0, own: 20, decided: 5, decidedByMe: 5 });
  });

  test("a claim that ran out goes to the next validator, and the first may no longer decide", async () => {
    const { datanetId, people } = await setUp(1, 2);
    const [slow, quick] = people as [Person, Person];
    const { item } = await next(slow, datanetId);
    expect((await next(quick, datanetId)).item).toBeNull();
    await db
      .update(reviewClaims)
      .set({ expiresAt: new Date(0) })
      .where(eq(reviewClaims.recordId, item!.recordId));
    const taken = await next(quick, datanetId);
    expect(taken.item?.recordId).toBe(item!.recordId);
    await expect(accept(slow, item!.recordId)).rejects.toMatchObject({ code: "CLAIM_EXPIRED", status: 409 });
    await accept(quick, item!.recordId);
    expect(await statusOf(item!.recordId)).toBe("accepted");
  });

  test("asking again gives the same item, held anew; two tabs agree", async () => {
    const { datanetId, people } = await setUp(30, 1);
    const [validator] = people as [Person];
    const first = (await next(validator, datanetId, undefined, 5_000)).item!;
    expect(first.claimLeftMs).toBeGreaterThan(4_000);
    expect(first.claimLeftMs).toBeLessThanOrEqual(5_000);
    const tabs = await Promise.all([next(validator, datanetId), next(validator, datanetId)]);
    expect(tabs.map(({ item }) => item!.recordId)).toEqual([first.recordId, first.recordId]);
    expect(tabs[0].item!.claimLeftMs).toBeGreaterThan(5_000);
    const claims = await db.select().from(reviewClaims).where(eq(reviewClaims.datanetId, datanetId));
    expect(claims.length).toBe(1);
  });

  test("a skipped item goes back to the others and comes last for oneself", async () => {
    const { datanetId, people } = await setUp(2, 2);
    const [one, two] = people as [Person, Person];
    const first = (await next(one, datanetId)).item!;
    const second = (await next(one, datanetId, first.recordId)).item!;
    expect(second.recordId).not.toBe(first.recordId);
    expect((await next(two, datanetId)).item!.recordId).toBe(first.recordId);
    expect((await next(one, datanetId, second.recordId)).item!.recordId).toBe(second.recordId);
  });

  test("only validators get an item", async () => {
    const { datanetId, contributor } = await setUp(1, 0);
    await expect(next(contributor, datanetId)).rejects.toMatchObject({ code: "NOT_VALIDATOR", status: 403 });
  });

  test("rows of one contribution are offered in no fixed order", async () => {
    const { datanetId, people } = await setUp(40, 1);
    const [validator] = people as [Person];
    const order: number[] = [];
    for (
      let item = (await next(validator, datanetId)).item;
      item;
      item = (await next(validator, datanetId)).item
    ) {
      order.push(item.rowNumber);
      await accept(validator, item.recordId);
    }
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
  });
});

describe("decide", () => {
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
    expect(result).toEqual({ undoMs: 10_000, isContributionReviewed: false });
    expect(await statusOf(recordId)).toBe("rejected");
    const [review] = await db.select().from(reviews).where(eq(reviews.recordId, recordId));
    expect(review).toMatchObject({ decision: "reject", reason: "unclear", note: "which?", basis: "read" });
    const [line] = await db
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
    expect(await db.$count(reviews, eq(reviews.recordId, recordId))).toBe(1);
  });

  test("an own row: OWN_ROW even with a forged claim", async () => {
    const { datanetId, people } = await setUp(0);
    const [validator] = people as [Person];
    const { recordIds } = await makeContribution(db, { datanetId, contributorId: validator.id }, ["mine"]);
    const recordId = recordIds[0]!;
    await db.insert(reviewClaims).values({
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
      db,
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
});

describe("undo", () => {
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
    const lines = await db
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
    const [snapshot] = await db
      .insert(snapshots)
      .values({ datanetId, number: 1, createdById: one.id })
      .returning({ id: snapshots.id });
    await db
      .insert(snapshotRecords)
      .values({ snapshotId: snapshot!.id, recordId, leaf: "a", cluster: "c", side: "train" });
    await expect(undoReview(as(one), { datanetId }, HALF_HOUR)).rejects.toMatchObject({
      code: "FROZEN",
      status: 409,
    });
    await db.delete(snapshotRecords).where(eq(snapshotRecords.recordId, recordId));
    await db
      .update(reviews)
      .set({ createdAt: sql`now() - interval '11 seconds'` })
      .where(eq(reviews.recordId, recordId));
    await expect(undoReview(as(one), { datanetId }, HALF_HOUR)).rejects.toMatchObject({
      code: "UNDO_TOO_LATE",
    });
    expect(await statusOf(recordId)).toBe("accepted");
  });
});

describe("acceptRest", () => {
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
    expect(item!.contribution).toMatchObject({ read: 19, rows: 50, pending: 31, isRestAcceptable: false });
    await decideReview(as(one), { recordId: item!.recordId, decision: "reject", reason: "wrong_answer" });
    expect((await next(one, datanetId)).item!.contribution).toMatchObject({
      read: 20,
      readRejected: 1,
      isRestAcceptable: true,
    });
    expect(await acceptRest(as(one), { contributionId })).toEqual({
      accepted: 30,
      isContributionReviewed: true,
    });
    const byBasis = await db
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
    const perRow = await db
      .select({ n: sql<number>`count(*)::int` })
      .from(reviews)
      .innerJoin(records, eq(records.id, reviews.recordId))
      .where(eq(records.contributionId, contributionId))
      .groupBy(reviews.recordId);
    expect(perRow.length).toBe(recordIds.length);
    expect(perRow.every(({ n }) => n === 1)).toBe(true);
    expect(await contributionStatus(contributionId)).toBe("reviewed");
  });
});
