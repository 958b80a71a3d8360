import { and, eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { makeAccount, makeContribution, makeDatanet, makeMember } from "@/db/factories";
import { auditLog, datanets } from "@/db/schema";
import { REVIEW_RULES } from "@/db/schema/datanet";
import { fixPlan } from "@/server/review/plan/fix-plan";
import { getReviewRules } from "@/server/review/plan/rules";
import { reviewWorldPerFile } from "@/server/review/test-review";
import { SetReviewRulesInput } from "./schemas";
import { setReviewRules } from "./set-review-rules";

const t = reviewWorldPerFile();
const RULES = { doubleShare: 0.5, knownShare: 0.3, acceptableRate: 0.02, rejectableRate: 0.1 };

test("the owner's rules hold for what is submitted from then on, with an audit line", async () => {
  const owner = await makeAccount(t.db);
  const datanetId = await makeDatanet(t.db, owner.id);
  const of = { datanetId, contributorId: (await makeMember(t.db, datanetId)).id };
  const submit = async (prompt: string) => {
    const { contributionId } = await makeContribution(t.db, of, [prompt]);
    return t.db.transaction((tx) => fixPlan(tx, contributionId, 1_000));
  };
  expect(await submit("before")).toMatchObject({ acceptableRate: 0.01, rejectableRate: 0.08 });
  await setReviewRules(t.as(owner), { datanetId, ...RULES });
  expect(await submit("after")).toMatchObject({ acceptableRate: 0.02, rejectableRate: 0.1 });
  expect(await getReviewRules(t.as(owner), datanetId)).toMatchObject(RULES);
  const lines = await t.db
    .select()
    .from(auditLog)
    .where(and(eq(auditLog.subject, `datanet:${datanetId}`), eq(auditLog.action, "datanet.setReviewRules")));
  expect(lines.map(({ actorId, data }) => ({ actorId, data }))).toEqual([
    { actorId: owner.id, data: { before: REVIEW_RULES, after: RULES } },
  ]);
});

test("nobody else sets them", async () => {
  const { datanetId, people } = await t.setUp(1, 1);
  const validator = people[0]!;
  await expect(setReviewRules(t.as(validator), { datanetId, ...RULES })).rejects.toMatchObject({
    code: "NOT_OWNER",
  });
  const [row] = await t.db.select().from(datanets).where(eq(datanets.id, datanetId));
  expect(row!.reviewRules).toEqual(REVIEW_RULES);
});

test("shares lie in their bounds, and the refused rate above the good one", () => {
  const datanetId = "00000000-0000-4000-8000-000000000000";
  const problems = (over: Partial<typeof RULES>) =>
    SetReviewRulesInput.safeParse({ datanetId, ...RULES, ...over }).error?.issues.map(({ path }) => path[0]);
  expect(problems({})).toBeUndefined();
  expect(problems({ doubleShare: 0, knownShare: 0 })).toBeUndefined();
  expect(problems({ acceptableRate: 0.07, rejectableRate: 0.08 })).toBeUndefined();
  expect(problems({ doubleShare: 1.01 })).toEqual(["doubleShare"]);
  expect(problems({ knownShare: 0.31 })).toEqual(["knownShare"]);
  expect(problems({ knownShare: Number.NaN })).toEqual(["knownShare"]);
  expect(problems({ acceptableRate: 0 })).toEqual(["acceptableRate"]);
  expect(problems({ acceptableRate: 0.1 })).toEqual(["rejectableRate"]);
  expect(problems({ acceptableRate: 0.2 })).toEqual(["rejectableRate"]);
});
