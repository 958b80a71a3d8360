import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { datanets, findings, records, reviewClaims, reviews } from "@/db/schema";
import { setGuidelines } from "@/server/datanet/set-guidelines";
import { claimNext } from "./claim-next";
import { decideReview } from "./decide";
import { getItemContext, getQueue } from "./queries";
import { saveDraft } from "./save-draft";
import { DecideInput, DraftInput, SearchInput } from "./schemas";
import { searchFacets, searchQueue } from "./search";
import { HALF_HOUR, type Person, reviewWorldPerFile } from "./test-review";

const t = reviewWorldPerFile();
const { accept, as, claim, decide, next, setUp } = t;

const beside = (person: Person, datanetId: string, besideRecordId: string) =>
  claimNext(as(person), { datanetId, besideRecordId }, HALF_HOUR).then(({ item }) => item);

test("one row at hand beside the one on the screen, never more than two", async () => {
  const { datanetId, people } = await setUp(10, 1);
  const [one] = people as [Person];
  const shown = (await next(one, datanetId)).item!;
  const ahead = (await beside(one, datanetId, shown.recordId))!;
  expect(ahead.recordId).not.toBe(shown.recordId);
  expect((await beside(one, datanetId, shown.recordId))!.recordId).toBe(ahead.recordId);
  expect((await next(one, datanetId)).item!.recordId).toBe(shown.recordId);
  expect(await t.db.$count(reviewClaims, eq(reviewClaims.datanetId, datanetId))).toBe(2);
  await accept(one, shown.recordId);
  expect((await next(one, datanetId)).item!.recordId).toBe(ahead.recordId);
  const third = (await next(one, datanetId, ahead.recordId)).item!;
  expect(third.recordId).not.toBe(ahead.recordId);
  expect((await claim(one, datanetId, ahead.recordId)).recordId).toBe(ahead.recordId);
  expect(await t.db.$count(reviewClaims, eq(reviewClaims.datanetId, datanetId))).toBe(1);
});

test("nothing is at hand when nothing is left, and a row of another's is not to be had", async () => {
  const { datanetId, people, recordIds } = await setUp(1, 2);
  const [one, two] = people as [Person, Person];
  await next(one, datanetId);
  expect(await beside(one, datanetId, recordIds[0]!)).toBeNull();
  await expect(claim(two, datanetId, recordIds[0]!)).rejects.toThrow("none");
});

test("guidelines: a decision names the version it was made under; what changed since is told", async () => {
  const { datanetId, people } = await setUp(4, 1);
  const [one] = people as [Person];
  const [{ ownerId }] = (await t.db
    .select({ ownerId: datanets.ownerId })
    .from(datanets)
    .where(eq(datanets.id, datanetId))) as [{ ownerId: string }];
  const owner: Person = { id: ownerId, address: "0x0000000000000000000000000000000000000001" };
  const change = (person: Person, guidelines: string) => setGuidelines(as(person), { datanetId, guidelines });
  await expect(change(one, "Anything goes here.")).rejects.toMatchObject({ code: "NOT_OWNER" });
  const first = (await next(one, datanetId)).item!;
  await accept(one, first.recordId);
  expect((await getQueue(as(one), datanetId)).guidelinesBefore).toBeNull();
  expect(await change(owner, "Accept what is right and short.")).toEqual({ number: 2 });
  expect(await change(owner, "Accept what is right and short.")).toEqual({ number: 2 });
  expect(await getQueue(as(one), datanetId)).toMatchObject({
    guidelinesBefore: "Accept what is right.",
    datanet: { guidelines: "Accept what is right and short.", guidelinesNumber: 2 },
  });
  // The old text still stood beside the row.
  const second = (await next(one, datanetId)).item!;
  await decideReview(as(one), { recordId: second.recordId, decision: "accept", guidelinesNumber: 1 });
  const third = (await next(one, datanetId)).item!;
  await decideReview(as(one), {
    recordId: third.recordId,
    decision: "accept",
    guidelinesNumber: 9,
    tookMs: 1500,
  });
  expect((await getQueue(as(one), datanetId)).guidelinesBefore).toBeNull();
  const made = await t.db
    .select({ number: reviews.guidelinesNumber, tookMs: reviews.tookMs })
    .from(reviews)
    .where(eq(reviews.validatorId, one.id))
    .orderBy(reviews.createdAt);
  expect(made).toEqual([
    // Where the screen does not say how long it took, the claim does.
    { number: 1, tookMs: expect.any(Number) },
    { number: 1, tookMs: expect.any(Number) },
    { number: 2, tookMs: 1500 },
  ]);
});

test("a draft comes back with its row, to its writer alone, and is gone once decided", async () => {
  const { datanetId, people, recordIds } = await setUp(1, 2);
  const [one, two] = people as [Person, Person];
  const recordId = recordIds[0]!;
  const draft = DraftInput.parse({
    kind: "fix",
    note: "half a thought",
    spans: [{ field: "answer", start: 0, end: 6, note: "really?" }],
    texts: { prompt: "p", answer: "a" },
  });
  await expect(saveDraft(as(one), { recordId, draft })).rejects.toMatchObject({ code: "CLAIM_EXPIRED" });
  await claim(one, datanetId, recordId);
  await saveDraft(as(one), { recordId, draft });
  expect((await next(one, datanetId)).item!.draft).toEqual(draft);
  await t.db.delete(reviewClaims).where(eq(reviewClaims.recordId, recordId));
  expect((await claim(two, datanetId, recordId)).draft).toBeNull();
  await t.db.delete(reviewClaims).where(eq(reviewClaims.recordId, recordId));
  expect((await claim(one, datanetId, recordId)).draft).toEqual(draft);
  await decideReview(as(one), { recordId, decision: "reject", reason: "other", spans: draft.spans });
  const [review] = await t.db.select().from(reviews).where(eq(reviews.recordId, recordId));
  expect(review!.spans).toEqual(draft.spans);
});

test("several right answers to one prompt are kept and shown beside each other", async () => {
  const { datanetId, people, recordIds } = await setUp(2, 1);
  const [one] = people as [Person];
  await t.db.update(records).set({ prompt: "Name a prime." }).where(eq(records.datanetId, datanetId));
  await decide(one, datanetId, { recordId: recordIds[0]!, decision: "accept" });
  const other = await getItemContext(as(one), { recordId: recordIds[1]! });
  expect(other.otherAnswers).toEqual(["answer to question 1"]);
  await decide(one, datanetId, { recordId: recordIds[1]!, decision: "accept" });
  expect(await t.db.$count(records, eq(records.status, "accepted"))).toBeGreaterThanOrEqual(2);
});

test("search, filters, the nearest in wording, and what I decided", async () => {
  const { datanetId, people, recordIds, contributionId, contributor } = await setUp(3, 2);
  const [one, two] = people as [Person, Person];
  const [near, far, done] = recordIds as [string, string, string];
  await t.db
    .update(records)
    .set({ prompt: "The red fox runs 100% fast", category: "animals" })
    .where(eq(records.id, near));
  await t.db.update(records).set({ prompt: "Tax law of 1848" }).where(eq(records.id, far));
  await t.db.insert(findings).values({
    contributionId,
    row: 2,
    code: "PII_EMAIL",
    severity: "warning",
    message: "m",
    fix: "f",
  });
  const search = (input: object, person = one) =>
    searchQueue(as(person), SearchInput.parse({ datanetId, ...input })).then(({ rows, total }) => ({
      ids: rows.map(({ recordId }) => recordId),
      rows,
      total,
    }));
  expect(await search({})).toMatchObject({ ids: [near, far, done], total: 3 });
  await t.db.insert(findings).values({
    contributionId,
    row: 3,
    code: "HIDDEN_TEXT",
    severity: "warning",
    message: "m",
    fix: "f",
  });
  expect((await search({})).rows.map(({ hasHidden }) => hasHidden)).toEqual([false, false, true]);
  expect((await search({ text: "FOX" })).ids).toEqual([near]);
  expect((await search({ text: "100%" })).ids).toEqual([near]);
  expect((await search({ text: "1%f" })).ids).toEqual([]);
  expect((await search({ category: "animals" })).ids).toEqual([near]);
  expect((await search({ findingCode: "PII_EMAIL" })).ids).toEqual([far]);
  expect((await search({ contributorId: contributor.id, contributionId })).total).toBe(3);
  expect((await search({ contributorId: one.id })).total).toBe(0);
  await decide(one, datanetId, { recordId: done, decision: "reject", reason: "other" });
  expect((await search({})).ids).toEqual([near, far]);
  expect((await search({ of: "mine" })).rows).toMatchObject([
    { recordId: done, decision: "reject", reason: "other" },
  ]);
  expect((await search({ of: "mine" }, two)).total).toBe(0);
  await t.db.update(records).set({ prompt: "A red fox ran fast" }).where(eq(records.id, done));
  const similar = await search({ similarTo: done });
  expect(similar.ids).toEqual([near, far]);
  expect(similar.rows[0]!.similarity!).toBeGreaterThan(similar.rows[1]!.similarity!);
  await claim(two, datanetId, near);
  expect((await search({ text: "fox" })).rows).toMatchObject([{ recordId: near, isHeldByOther: true }]);
  expect(JSON.stringify((await search({})).rows)).not.toContain(contributor.id);
  expect(await searchFacets(as(one), datanetId)).toMatchObject({
    contributions: [{ id: contributionId, rows: 2 }],
    contributors: [{ id: contributor.id, rows: 2 }],
    categories: [{ category: "animals", rows: 1 }],
    codes: [{ code: "PII_EMAIL", rows: 1 }],
  });
  await expect(search({}, contributor)).rejects.toMatchObject({ code: "NOT_VALIDATOR" });
});

test("what a decision must say", () => {
  const recordId = "00000000-0000-4000-8000-000000000000";
  const texts = { prompt: "p", answer: "a" };
  const isFine = (input: object) => DecideInput.safeParse({ recordId, ...input }).success;
  expect(isFine({ decision: "accept" })).toBe(true);
  expect(isFine({ decision: "accept", texts })).toBe(false);
  expect(isFine({ decision: "fix" })).toBe(false);
  expect(isFine({ decision: "fix", texts })).toBe(true);
  expect(isFine({ decision: "fix", texts, reason: "other" })).toBe(false);
  expect(isFine({ decision: "send_back" })).toBe(false);
  expect(isFine({ decision: "send_back", reason: "unclear" })).toBe(true);
  expect(isFine({ decision: "reject" })).toBe(false);
  const span = { field: "answer", start: 2, end: 2, note: "n" };
  expect(isFine({ decision: "accept", spans: [span] })).toBe(false);
  expect(isFine({ decision: "accept", spans: [{ ...span, end: 3 }] })).toBe(true);
  expect(isFine({ decision: "accept", spans: Array(21).fill({ ...span, end: 3 }) })).toBe(false);
});
