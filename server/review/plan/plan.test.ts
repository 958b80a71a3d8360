import { and, eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { makeContribution } from "@/db/factories";
import { contributions, notices, records, reviews } from "@/db/schema";
import { REVIEW_RULES } from "@/db/schema/datanet";
import { acceptRest } from "../accept-rest";
import { decideReview } from "../decide";
import { HALF_HOUR, type Person, reviewWorldPerFile } from "../test-review";
import { undoReview } from "../undo";
import { fixPlan } from "./fix-plan";
import { getPlanProgress } from "./queries";
import { planFor, scrutinyOf } from "./scrutiny";

const t = reviewWorldPerFile();
const { accept, as, contributionStatus, next, setUp } = t;

const ROWS = 300;
/** Clean reads of the plan of a new contributor. */
const CLEAN = 41;

const setUpPlanned = async (rows = ROWS, validators = 1) => {
  const world = await setUp(rows, validators);
  await t.db.transaction((tx) => fixPlan(tx, world.contributionId, rows));
  return world;
};

const reject = (person: Person, recordId: string) =>
  decideReview(as(person), { recordId, decision: "reject", reason: "wrong_answer" });

/** Accepts so many free rows: all but the last are written at once, the last takes the real way. */
const readGood = async (person: Person, datanetId: string, n: number) => {
  await t.db.execute(sql`
    with free as (
      select r.id from records r where r.datanet_id = ${datanetId} and r.status = 'pending'
        and not exists (select 1 from review_claims c where c.record_id = r.id)
      limit ${n - 1}
    ), moved as (
      update records set status = 'accepted' where id in (select id from free) returning id
    )
    insert into reviews (record_id, validator_id, decision, took_ms, created_at)
    select id, ${person.id}, 'accept', 2000, now() - interval '1 minute' from moved`);
  await accept(person, (await next(person, datanetId)).item!.recordId);
};

const readBad = async (person: Person, datanetId: string, n: number) => {
  for (let i = 0; i < n; i += 1) await reject(person, (await next(person, datanetId)).item!.recordId);
};

const countOf = async (contributionId: string) => {
  const rows = await t.db
    .select({ status: records.status, isAudit: records.isAudit, n: sql<number>`count(*)::int` })
    .from(records)
    .where(eq(records.contributionId, contributionId))
    .groupBy(records.status, records.isAudit)
    .orderBy(records.status, records.isAudit);
  return rows.map(({ status, isAudit, n }) => `${n} ${status}${isAudit ? " audit" : ""}`);
};

test("41 clean reads accept the rest of a new contributor's file, but for a random audit slice", async () => {
  const { datanetId, people, contributionId } = await setUpPlanned();
  const [one] = people as [Person];
  expect(await getPlanProgress(as(one), contributionId)).toMatchObject({
    scrutiny: "new",
    verdict: "looking",
    read: 0,
    pending: ROWS,
  });
  await readGood(one, datanetId, CLEAN - 1);
  expect(await getPlanProgress(as(one), contributionId)).toMatchObject({ verdict: "looking", more: 1 });
  await expect(acceptRest(as(one), { contributionId })).rejects.toMatchObject({ code: "PLAN_RUNS" });
  await readGood(one, datanetId, 1);
  // 5 % of the 259 unread rows, rounded up, are read all the same.
  expect(await countOf(contributionId)).toEqual([`${ROWS - 13} accepted`, "13 pending audit"]);
  expect(await getPlanProgress(as(one), contributionId)).toMatchObject({
    verdict: "accepted",
    read: CLEAN,
    defects: 0,
    auditPending: 13,
    more: 0,
  });
  const sampled = await t.db
    .select({ n: sql<number>`count(*)::int` })
    .from(reviews)
    .innerJoin(records, eq(records.id, reviews.recordId))
    .where(and(eq(records.contributionId, contributionId), eq(reviews.basis, "sampled")));
  expect(sampled).toEqual([{ n: ROWS - CLEAN - 13 }]);
  await readGood(one, datanetId, 13);
  expect(await contributionStatus(contributionId)).toBe("reviewed");
  expect((await next(one, datanetId)).item).toBeNull();
});

test("two bad rows of two end it: the rest goes back unread, its contributor is told, and undo reopens it", async () => {
  const { datanetId, people, contributionId, contributor } = await setUpPlanned();
  const [one] = people as [Person];
  await readBad(one, datanetId, 2);
  expect(await countOf(contributionId)).toEqual(["2 rejected", "298 sent_back"]);
  expect(await contributionStatus(contributionId)).toBe("reviewed");
  const told = () =>
    t.db
      .select({ facts: notices.facts })
      .from(notices)
      .where(and(eq(notices.accountId, contributor.id), eq(notices.kind, "contribution.refused")));
  expect(await told()).toEqual([{ facts: { file: "rows.csv", read: 2, defects: 2 } }]);
  await undoReview(as(one), { datanetId }, HALF_HOUR);
  expect(await countOf(contributionId)).toEqual(["299 pending", "1 rejected"]);
  expect(await contributionStatus(contributionId)).toBe("submitted");
  expect(await told()).toEqual([]);
  const [row] = await t.db
    .select({ verdict: contributions.planVerdict })
    .from(contributions)
    .where(eq(contributions.id, contributionId));
  expect(row).toEqual({ verdict: "looking" });
});

test("taking back the decision that accepted the rest puts every unread row back into the queue", async () => {
  const { datanetId, people, contributionId } = await setUpPlanned();
  const [one] = people as [Person];
  await readGood(one, datanetId, CLEAN);
  await undoReview(as(one), { datanetId }, HALF_HOUR);
  expect(await countOf(contributionId)).toEqual([`${CLEAN - 1} accepted`, `${ROWS - CLEAN + 1} pending`]);
  await readGood(one, datanetId, 1);
  expect(await countOf(contributionId)).toEqual([`${ROWS - 13} accepted`, "13 pending audit"]);
});

test("an audit slice that is as bad as a refused file takes the unread rows back, but not those of a version", async () => {
  const { datanetId, people, contributionId, contributor } = await setUpPlanned();
  const [one] = people as [Person];
  await readGood(one, datanetId, CLEAN);
  await readBad(one, datanetId, 2);
  expect(await countOf(contributionId)).toEqual([
    `${CLEAN} accepted`,
    "11 pending audit",
    "2 rejected audit",
    `${ROWS - CLEAN - 13} sent_back`,
  ]);
  const [told] = await t.db
    .select({ facts: notices.facts })
    .from(notices)
    .where(eq(notices.accountId, contributor.id));
  expect(told!.facts).toMatchObject({ read: 2, defects: 2 });
  await undoReview(as(one), { datanetId }, HALF_HOUR);
  expect(await countOf(contributionId)).toContain(`${ROWS - CLEAN - 13} pending`);
});

test("a row that another validator holds when the plan decides stays with them", async () => {
  const { datanetId, people, contributionId } = await setUpPlanned(ROWS, 2);
  const [one, two] = people as [Person, Person];
  const held = (await next(two, datanetId)).item!;
  await readGood(one, datanetId, CLEAN);
  expect(await t.statusOf(held.recordId)).toBe("pending");
  await accept(two, held.recordId);
  expect(await countOf(contributionId)).toEqual([`${ROWS - 13} accepted`, "13 pending audit"]);
});

test("a small contribution is read whole, whatever is found in it", async () => {
  const { datanetId, people, contributionId } = await setUpPlanned(50);
  const [one] = people as [Person];
  await readBad(one, datanetId, 3);
  await readGood(one, datanetId, 46);
  expect(await getPlanProgress(as(one), contributionId)).toMatchObject({ isReadWhole: true, more: 1 });
  expect(await contributionStatus(contributionId)).toBe("submitted");
  await readGood(one, datanetId, 1);
  expect(await countOf(contributionId)).toEqual(["47 accepted", "3 rejected"]);
});

test("eight validators at once: one verdict, and every row is decided by as many as it wants", async () => {
  const { datanetId, people, contributionId } = await setUpPlanned(200, 8);
  const work = async (person: Person) => {
    for (;;) {
      const { item } = await next(person, datanetId);
      if (!item) return;
      await accept(person, item.recordId).catch((error) => expect(error.code).toBe("CLOSED"));
    }
  };
  await Promise.all(people.map(work));
  const perRow = await t.db
    .select({ n: sql<number>`count(*)::int`, wanted: records.reviewsWanted, isAudit: records.isAudit })
    .from(reviews)
    .innerJoin(records, eq(records.id, reviews.recordId))
    .where(eq(records.contributionId, contributionId))
    .groupBy(records.id);
  expect(perRow.length).toBe(200);
  expect(perRow.every(({ n, wanted }) => n === wanted)).toBe(true);
  // Of the audit slice each row takes two.
  expect(perRow.every(({ wanted, isAudit }) => wanted === (isAudit ? 2 : 1))).toBe(true);
  expect(await contributionStatus(contributionId)).toBe("reviewed");
});

test("a contributor's own history decides how closely they are looked at", async () => {
  const history = { read: 0, defects: 0, reviewed: 0, lastRejected: false };
  const of = (over: Partial<typeof history>) => scrutinyOf({ ...history, ...over }, REVIEW_RULES);
  expect(of({})).toBe("new");
  expect(of({ read: 39, reviewed: 1 })).toBe("new");
  expect(of({ read: 40, reviewed: 1 })).toBe("usual");
  expect(of({ read: 100, reviewed: 1 })).toBe("usual");
  expect(of({ read: 100, reviewed: 2 })).toBe("proven");
  expect(of({ read: 100, reviewed: 2, defects: 4 })).toBe("new");
  expect(of({ read: 100, reviewed: 2, lastRejected: true })).toBe("new");
  expect(planFor(REVIEW_RULES, "proven", 33).auditShare).toBe(0.02);
  expect(planFor(REVIEW_RULES, "proven", 32).auditShare).toBe(1);

  const { datanetId, people, contributor } = await setUpPlanned();
  await readGood(people[0]!, datanetId, CLEAN + 13);
  const second = await makeContribution(
    t.db,
    { datanetId, contributorId: contributor.id },
    Array.from({ length: 100 }, (_, i) => `another ${i}`),
  );
  expect(await t.db.transaction((tx) => fixPlan(tx, second.contributionId, 100))).toEqual({
    scrutiny: "usual",
    acceptableRate: 0.01,
    rejectableRate: 0.08,
    producerRisk: 0.05,
    consumerRisk: 0.1,
    auditShare: 0.03,
  });
});
