import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { makeAccount, makeContribution, makeDatanet, makeMember } from "@/db/factories";
import { contributions, knownAnswers, records, reviews } from "@/db/schema";
import type { Decision } from "@/db/schema/review.constants";
import { prompts, reviewWorldPerFile } from "../test-review";
import { knownRate, listReviewers } from "./queries";

const t = reviewWorldPerFile();

async function world(rows: number) {
  const owner = await makeAccount(t.db);
  const datanetId = await makeDatanet(t.db, owner.id);
  const contributor = await makeMember(t.db, datanetId);
  const [one, two, three] = await Promise.all(
    ["One", "Two", "Three"].map((name) => makeMember(t.db, datanetId, true, name)),
  );
  const made = await makeContribution(
    t.db,
    { datanetId, contributorId: contributor.id },
    prompts(rows),
    "submitted",
    "accepted",
  );
  return { datanetId, owner, one: one!, two: two!, three: three!, ...made };
}

const decided = (recordId: string, by: { id: string }, decision: Decision, over = {}) => ({
  recordId,
  validatorId: by.id,
  decision,
  tookMs: 4_000,
  ...over,
});
const setStatus = (recordId: string, status: "rejected" | "known") =>
  t.db.update(records).set({ status }).where(eq(records.id, recordId));

test("two who read the same rows: agreement, overturns by the third person, speed, known answers", async () => {
  const { datanetId, owner, one, two, three, recordIds } = await world(64);
  const shared = recordIds.slice(0, 60);
  // Of 60 rows both refuse 20 and accept 36; of the other four, two settle each way.
  for (const [i, id] of shared.entries()) {
    const both: Decision = i < 20 ? "reject" : "accept";
    if (i < 20) await setStatus(id, "rejected");
    if (i < 56) {
      await t.db.insert(reviews).values([decided(id, one, both), decided(id, two, both, { tookMs: 8_000 })]);
      continue;
    }
    const settled: Decision = i < 58 ? "reject" : "accept";
    if (settled === "reject") await setStatus(id, "rejected");
    await t.db
      .insert(reviews)
      .values([
        decided(id, one, "accept"),
        decided(id, two, "reject", { tookMs: 8_000 }),
        decided(id, three, settled, { part: "adjudication" }),
      ]);
  }
  for (const [i, id] of recordIds.slice(60).entries()) {
    await setStatus(id, "known");
    await t.db
      .insert(knownAnswers)
      .values({ recordId: id, datanetId, expected: "reject", explanation: "no", createdById: owner.id });
    await t.db.insert(reviews).values(decided(id, one, i === 0 ? "accept" : "reject", { part: "known" }));
  }
  const ctx = { ...t.as(owner) };
  const { reviewers, agreement } = await listReviewers(ctx, datanetId);
  expect(reviewers.map(({ name, decisions, medianSeconds }) => [name, decisions, medianSeconds])).toEqual(
    expect.arrayContaining([
      ["One", 60, 4],
      ["Two", 60, 8],
      ["Three", 4, 4],
    ]),
  );
  const of = (name: string) => reviewers.find((one) => one.name === name)!;
  expect(of("One").overturned).toMatchObject({ n: 60, share: 2 / 60 });
  expect(of("Two").overturned).toMatchObject({ n: 60, share: 2 / 60 });
  expect(of("One").known).toMatchObject({ n: 4, share: 0.75 });
  expect(of("Two").known).toBeNull();
  expect(of("Three").agreement).toMatchObject({ pairs: 12, alpha: null });
  expect(agreement.pairs).toBe(56 + 4 * 3);
  expect(agreement.alpha!).toBeGreaterThan(0.8);
  expect(agreement.low!).toBeLessThan(agreement.alpha!);
  const stranger = await makeAccount(t.db);
  await expect(listReviewers(t.as(stranger), datanetId)).rejects.toMatchObject({ code: "NOT_MEMBER" });
});

test("the rate of bad rows by strata: audit for what nobody read, second looks for what one person read", async () => {
  const { datanetId, one, two, recordIds, contributionId } = await world(300);
  await t.db
    .update(contributions)
    .set({ planVerdict: "accepted" })
    .where(eq(contributions.id, contributionId));
  // 200 unread; 40 read for the audit, two of them bad; 60 read by two people, one acceptance of 120 overturned.
  await t.db
    .insert(reviews)
    .values(recordIds.slice(0, 200).map((id) => decided(id, one, "accept", { basis: "sampled" })));
  expect(await knownRate(t.db, datanetId)).toMatchObject({ isTooFew: true, rate: null });
  for (const [i, id] of recordIds.slice(200, 240).entries()) {
    await t.db.update(records).set({ isAudit: true }).where(eq(records.id, id));
    await t.db.insert(reviews).values(decided(id, one, i < 2 ? "reject" : "accept"));
    if (i < 2) await setStatus(id, "rejected");
  }
  for (const [i, id] of recordIds.slice(240).entries()) {
    await t.db
      .insert(reviews)
      .values([decided(id, one, "accept"), decided(id, two, i === 0 ? "reject" : "accept")]);
    if (i === 0) await setStatus(id, "rejected");
  }
  const found = await knownRate(t.db, datanetId);
  expect(found.sampled).toEqual({ rows: 200, checked: 40, defects: 2 });
  expect(found.read).toEqual({ rows: 38 + 59, checked: 119, defects: 1 });
  expect(found.rate!).toBeCloseTo((200 / 297) * (2 / 40) + (97 / 297) * (1 / 119), 9);
  expect(found.low!).toBeGreaterThan(0);
  expect(found.high!).toBeLessThan(0.13);
});
