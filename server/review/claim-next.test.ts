import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { makeContribution } from "@/db/factories";
import { records, reviewClaims, reviews } from "@/db/schema";
import { getQueue } from "./queries";
import { type Person, prompts, reviewWorldPerFile } from "./test-review";

const t = reviewWorldPerFile();
const { accept, as, contributionStatus, next, setUp, statusOf } = t;

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
  const decided = await t.db
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
  const items = (await Promise.all(people.map((person) => next(person, datanetId)))).map(({ item }) => item);
  const ids = items.flatMap((item) => (item ? [item.recordId] : []));
  expect(new Set(ids).size).toBe(3);
  expect(ids.length).toBe(3);
});

test("an own row is never offered, alone or among others", async () => {
  const { datanetId, people } = await setUp(5, 1);
  const [validator] = people as [Person];
  const own = await makeContribution(t.db, { datanetId, contributorId: validator.id }, prompts(20, "own"));
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
  expect(counts).toMatchObject({ waiting: 0, claimedByOthers: 0, own: 20, decided: 5, decidedByMe: 5 });
});

test("a claim that ran out goes to the next validator, and the first may no longer decide", async () => {
  const { datanetId, people } = await setUp(1, 2);
  const [slow, quick] = people as [Person, Person];
  const { item } = await next(slow, datanetId);
  expect((await next(quick, datanetId)).item).toBeNull();
  await t.db
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
  const claims = await t.db.select().from(reviewClaims).where(eq(reviewClaims.datanetId, datanetId));
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
