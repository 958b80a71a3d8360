import { randomBytes } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { makeAccount, makeContribution } from "@/db/factories";
import { contributions, datanetMembers, datanets, knownAnswers, records, reviews } from "@/db/schema";
import { REVIEW_RULES } from "@/db/schema/datanet";
import { decideReview } from "../decide";
import { getPlanProgress } from "../plan/queries";
import { getItemContext, getQueue } from "../queries";
import { saveDraft } from "../save-draft";
import { SearchInput } from "../schemas";
import { searchQueue } from "../search";
import { HALF_HOUR, type Person, reviewWorldPerFile } from "../test-review";
import { undoReview } from "../undo";
import { createKnown } from "./create";
import { createKnownByHand } from "./create-by-hand";
import { getStanding, listKnown } from "./queries";
import { withdrawKnown } from "./withdraw";

const t = reviewWorldPerFile();
const { accept, as, next, setUp } = t;

/** A Datanet with 40 rows accepted by somebody who is gone, and waiting rows of another file. */
async function setUpKnown(knownShare: number, waiting = 30) {
  const world = await setUp(waiting, 2);
  const { datanetId, contributor } = world;
  const [{ ownerId }] = (await t.db
    .select({ ownerId: datanets.ownerId })
    .from(datanets)
    .where(eq(datanets.id, datanetId))) as [{ ownerId: string }];
  const reader = await makeAccount(t.db);
  await t.db.insert(datanetMembers).values({ datanetId, accountId: reader.id, isValidator: true });
  const old = await makeContribution(
    t.db,
    { datanetId, contributorId: contributor.id },
    Array.from({ length: 40 }, (_, i) => `old ${i}`),
    "submitted",
    "accepted",
  );
  await t.db
    .insert(reviews)
    .values(
      old.recordIds.map((recordId) => ({ recordId, validatorId: reader.id, decision: "accept" as const })),
    );
  await t.db
    .update(datanets)
    .set({ reviewRules: { ...REVIEW_RULES, knownShare } })
    .where(eq(datanets.id, datanetId));
  const owner: Person = { id: ownerId, address: `0x${"1".repeat(40)}` };
  return { ...world, owner, reader, old };
}

const expectedOf = async (recordId: string) =>
  (await t.db.select().from(knownAnswers).where(eq(knownAnswers.recordId, recordId)))[0]?.expected;

/** Decides on what comes, wrongly where it is a known-answer item; returns what each decision said. */
async function answer(person: Person, datanetId: string, n: number, isRight: boolean) {
  const lessons = [];
  for (let i = 0; i < n; i += 1) {
    const { item } = await next(person, datanetId);
    const expected = await expectedOf(item!.recordId);
    const decision = (expected === "accept") === isRight ? "accept" : "reject";
    const reason = decision === "reject" ? ("wrong_answer" as const) : undefined;
    lessons.push(await decideReview(as(person), { recordId: item!.recordId, decision, reason }));
  }
  return lessons;
}

/** The same on so many items at once, written as decisions made a minute ago. */
const answerWrong = (person: Person, datanetId: string, n: number) =>
  t.db.execute(sql`
    insert into reviews (record_id, validator_id, part, decision, created_at)
    select record_id, ${person.id}, 'known', case expected when 'accept' then 'reject' else 'accept' end,
      now() - interval '1 minute'
    from known_answers where datanet_id = ${datanetId} limit ${n}`);

test("one click makes right and wrong items of settled rows; only the owner may", async () => {
  const { datanetId, owner, contributor, people } = await setUpKnown(1);
  await expect(createKnown(as(people[0]!), { datanetId, right: 5, wrong: 5 })).rejects.toMatchObject({
    code: "NOT_OWNER",
  });
  expect(await createKnown(as(owner), { datanetId, right: 8, wrong: 7 })).toEqual({ right: 8, wrong: 7 });
  const { items } = await listKnown(as(owner), datanetId);
  expect(items.length).toBe(15);
  for (const { prompt, answer: shown, expected, explanation } of items) {
    expect(shown === `answer to ${prompt}`).toBe(expected === "accept");
    if (expected === "reject") expect(explanation).toContain(`answer to ${prompt}`);
  }
  await expect(createKnown(as(owner), { datanetId, right: 26, wrong: 0 })).rejects.toMatchObject({
    code: "TOO_FEW_SETTLED",
  });
  await expect(listKnown(as(contributor), datanetId)).rejects.toMatchObject({ code: "NOT_OWNER" });
});

test("an item looks like any other, is never shown twice to one person, and counts nowhere", async () => {
  const { datanetId, owner, people, contributionId, old } = await setUpKnown(1);
  await createKnown(as(owner), { datanetId, right: 3, wrong: 0 });
  const [one] = people as [Person];
  const before = (await getQueue(as(one), datanetId)).counts;
  const seen = new Set<string>();
  for (let i = 0; i < 3; i += 1) {
    const { item } = await next(one, datanetId);
    expect(await expectedOf(item!.recordId)).toBe("accept");
    expect([item!.revision, item!.before, item!.contribution.id]).toEqual([1, null, old.contributionId]);
    seen.add(item!.recordId);
    expect(await accept(one, item!.recordId)).toMatchObject({
      undoMs: 10_000,
      isContributionReviewed: false,
    });
  }
  expect(seen.size).toBe(3);
  const live = (await next(one, datanetId)).item!;
  expect(await expectedOf(live.recordId)).toBeUndefined();
  expect(Object.keys(live).sort()).toEqual(Object.keys((await next(people[1]!, datanetId)).item!).sort());
  const counts = async () => (await getQueue(as(one), datanetId)).counts;
  // While they could be taken back they look like three rows decided.
  expect(await counts()).toMatchObject({
    waiting: before.waiting - 3,
    decided: before.decided + 3,
    decidedByMe: 3,
  });
  await t.db
    .update(reviews)
    .set({ createdAt: sql`${reviews.createdAt} - interval '11 seconds'` })
    .where(eq(reviews.validatorId, one.id));
  expect(await counts()).toMatchObject({ waiting: before.waiting, decided: before.decided, decidedByMe: 3 });
  const { contribution } = await getItemContext(as(one), { recordId: live.recordId });
  expect(contribution).toMatchObject({ id: contributionId, rows: 30, pending: 30, read: 0 });
});

test("a mended item is refused for what any other would be, and nothing beside it tells its right answer", async () => {
  const { datanetId, owner, people } = await setUpKnown(1);
  const [one, two] = people as [Person, Person];
  await createKnown(as(owner), { datanetId, right: 0, wrong: 10 });
  const known = (await next(one, datanetId)).item!;
  expect(await expectedOf(known.recordId)).toBe("reject");
  expect((await getItemContext(as(one), { recordId: known.recordId })).otherAnswers).toEqual([]);
  const found = async (person: Person) =>
    (await searchQueue(as(person), SearchInput.parse({ datanetId, text: known.prompt }))).rows;
  expect(await found(one)).toMatchObject([{ recordId: known.recordId, answer: known.answer }]);
  expect(await found(two)).toEqual([]);
  await t.db
    .update(datanets)
    .set({ goal: "answer", labels: [], reviewRules: { ...REVIEW_RULES, knownShare: 0 } })
    .where(eq(datanets.id, datanetId));
  const live = (await next(two, datanetId)).item!;
  expect(await expectedOf(live.recordId)).toBeUndefined();
  for (const [person, { recordId, prompt, answer, system, category, source }] of [
    [one, known],
    [two, live],
  ] as const) {
    const fix = (over: object) =>
      decideReview(as(person), {
        recordId,
        decision: "fix",
        texts: { prompt, answer, system, category, source, ...over },
      });
    await expect(fix({})).rejects.toMatchObject({ code: "UNCHANGED" });
    await expect(fix({ answer: " " })).rejects.toMatchObject({ code: "ROW_EMPTY" });
    await expect(fix({ answer: `private key 0x${randomBytes(32).toString("hex")}` })).rejects.toMatchObject({
      code: "SECRET_FOUND",
    });
    await expect(fix({ answer: "a\u202eb" })).rejects.toMatchObject({ code: "HIDDEN_TEXT" });
    await fix({ answer: "a better one" });
  }
});

test("a wrong item of labels has no right label left beside it, and its draft goes with the decision", async () => {
  const { datanetId, owner, people } = await setUpKnown(1);
  // As intake writes a row of labels.
  await t.db.execute(sql`update records set category = answer where datanet_id = ${datanetId}`);
  await createKnown(as(owner), { datanetId, right: 0, wrong: 5 });
  const [one] = people as [Person];
  const item = (await next(one, datanetId)).item!;
  expect(item.category).toBe(item.answer);
  await saveDraft(as(one), { recordId: item.recordId, draft: { kind: "reject", note: "half a", spans: [] } });
  await accept(one, item.recordId);
  expect((await undoReview(as(one), { datanetId }, HALF_HOUR)).item!.draft).toBeNull();
});

test("an item of a file that is read to its end is one to go, as any other would be", async () => {
  const { datanetId, owner, people, old } = await setUpKnown(1, 3);
  const [validator] = people as [Person];
  const risks = { producerRisk: 0.05, consumerRisk: 0.05 };
  const plan = {
    scrutiny: "usual" as const,
    acceptableRate: 0.02,
    rejectableRate: 0.1,
    ...risks,
    auditShare: 1,
  };
  await t.db.update(contributions).set({ plan }).where(eq(contributions.id, old.contributionId));
  await createKnown(as(owner), { datanetId, right: 5, wrong: 5 });
  const pending = async () => (await getPlanProgress(as(validator), old.contributionId))?.pending;
  expect(await pending()).toBe(0);
  const { item } = await next(validator, datanetId);
  expect(item!.contribution.id).toBe(old.contributionId);
  expect(await pending()).toBe(1);
  const { contribution } = await getItemContext(as(validator), { recordId: item!.recordId });
  expect(contribution.pending).toBe(1);
});

test("a decision on an item may be taken back like any other, and it stays an item", async () => {
  const { datanetId, owner, people } = await setUpKnown(1);
  await createKnown(as(owner), { datanetId, right: 1, wrong: 0 });
  const [one] = people as [Person];
  const { item } = await next(one, datanetId);
  await accept(one, item!.recordId);
  expect((await undoReview(as(one), { datanetId }, HALF_HOUR)).item!.recordId).toBe(item!.recordId);
  expect(await t.statusOf(item!.recordId)).toBe("known");
  await accept(one, item!.recordId);
});

test("with no live row waiting there is no item either; with a share of 0 there is none at all", async () => {
  const none = await setUpKnown(1, 0);
  await createKnown(as(none.owner), { datanetId: none.datanetId, right: 3, wrong: 0 });
  expect((await next(none.people[0]!, none.datanetId)).item).toBeNull();
  const zero = await setUpKnown(0);
  await createKnown(as(zero.owner), { datanetId: zero.datanetId, right: 3, wrong: 0 });
  for (let i = 0; i < 8; i += 1) {
    const { item } = await next(zero.people[0]!, zero.datanetId);
    expect(await expectedOf(item!.recordId)).toBeUndefined();
    await accept(zero.people[0]!, item!.recordId);
  }
});

test("nobody gets an item of their own row, nor of one that they have read", async () => {
  const { datanetId, owner, reader, contributor } = await setUpKnown(1);
  await createKnown(as(owner), { datanetId, right: 5, wrong: 5 });
  await t.db
    .update(datanetMembers)
    .set({ isValidator: true })
    .where(eq(datanetMembers.accountId, contributor.id));
  expect(await expectedOf((await next(reader, datanetId)).item!.recordId)).toBeUndefined();
  expect((await next(contributor, datanetId)).item).toBeNull();
});

test("below the bar: items only, each explained, until nine of ten are right", async () => {
  const { datanetId, owner, people } = await setUpKnown(1);
  const [one] = people as [Person];
  await createKnown(as(owner), { datanetId, right: 15, wrong: 15 });
  await answerWrong(one, datanetId, 9);
  const [last] = await answer(one, datanetId, 1, false);
  expect(last!.lesson).toBeNull();
  expect(await getStanding(as(one), datanetId)).toEqual({ isTraining: true, answered: 0, right: 0 });
  const [first] = await answer(one, datanetId, 1, false);
  expect(first).toMatchObject({ undoMs: 0, lesson: { isRight: false, standing: { isTraining: true } } });
  expect(first!.lesson!.explanation).not.toBe("");
  await expect(undoReview(as(one), { datanetId }, HALF_HOUR)).rejects.toMatchObject({
    code: "NOTHING_TO_UNDO",
  });
  await t.db
    .update(datanets)
    .set({ reviewRules: { ...REVIEW_RULES, knownShare: 0 } })
    .where(eq(datanets.id, datanetId));
  const right = await answer(one, datanetId, 9, true);
  expect(right.at(-1)!.lesson).toMatchObject({ isRight: true, standing: { isTraining: false } });
  expect(await expectedOf((await next(one, datanetId)).item!.recordId)).toBeUndefined();
  const parts = await t.db
    .select({ part: reviews.part, n: sql<number>`count(*)::int` })
    .from(reviews)
    .where(eq(reviews.validatorId, one.id))
    .groupBy(reviews.part)
    .orderBy(reviews.part);
  expect(parts).toEqual([
    { part: "known", n: 10 },
    { part: "training", n: 10 },
  ]);
});

test("by hand with its explanation; taken away, it takes its answers along", async () => {
  const { datanetId, owner, people } = await setUpKnown(1);
  const [one] = people as [Person];
  const { recordId } = await createKnownByHand(as(owner), {
    datanetId,
    prompt: "Is the moon a planet?",
    answer: "Yes",
    expected: "reject",
    explanation: "It goes round the earth.",
  });
  const { item } = await next(one, datanetId);
  expect(item).toMatchObject({ recordId, prompt: "Is the moon a planet?" });
  await accept(one, recordId);
  expect(await getStanding(as(one), datanetId)).toMatchObject({ answered: 1, right: 0 });
  await withdrawKnown(as(owner), { recordId });
  expect(await getStanding(as(one), datanetId)).toMatchObject({ answered: 0 });
  expect(await t.db.select().from(records).where(eq(records.id, recordId))).toEqual([]);
});
