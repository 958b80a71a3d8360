import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { evaluations, judgements, modelJudgements, trainingRuns } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { env } from "@/env";
import { makeAdapter } from "@/server/chat/test-adapter";
import type { Context } from "@/server/context";
import { listEvaluationItems } from "@/server/evaluation/queries";
import { recordEvaluation } from "@/server/evaluation/record";
import { createWorld, differentRows, type Person, type World } from "@/server/snapshot/test-world";
import { keepBenchmarks } from "@/server/training-run/insert-run";
import { listRuns } from "@/server/training-run/list-runs";
import { listRunSources } from "@/server/training-run/sources";
import { evaluationFile, freezeForTest } from "@/server/training-run/test-run";
import { claimJudgement } from "./claim";
import { decideJudgement } from "./decide";
import { getJudging } from "./queries";
import { modelJudge } from "./reconcile";

let database: TestDatabase;
let world: World;
let runId: string;
let server: Server;
/** Requests to the judge model, and what it answers to a pair. */
let asked: { authorization: string | undefined; messages: { content: string }[]; model: string }[] = [];
let says: (content: string) => string = () => "A";

/** 60 test questions; the adapter writes what the row says, the base "stone" on every second and the same on the others. */
beforeAll(async () => {
  database = await createTestDatabase();
  world = await createWorld(database.db, [differentRows(300)], { goal: "style" });
  const version = await freezeForTest(database.db, world);
  ({ runId } = await makeAdapter(database.db, world, [version]));
  const file = JSON.parse(await evaluationFile(database.db, version));
  for (const [i, item] of file.items.entries())
    item.answers.base.text = i < 4 ? item.expected[0] : `stone ${i}`;
  const reason = "A style is judged by people, who have not judged these answers yet.";
  const comparison = { ...file.comparison, verdict: "not_measured", reason };
  const { sha256 } = await world.blobs.put(JSON.stringify({ ...file, metric: "preference", comparison }));
  const artifacts = { "evaluation.json": sha256 };
  await database.db
    .update(trainingRuns)
    .set({ metric: "preference", artifacts })
    .where(eq(trainingRuns.id, runId));
  await database.db.transaction(async (tx) => {
    await keepBenchmarks(tx, await listRunSources(tx, runId), "preference", ["00".repeat(32)]);
    await recordEvaluation(tx, world.blobs, { id: runId, snapshotId: version }, artifacts);
  });
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => {
      const sent = JSON.parse(body);
      asked.push({ ...sent, authorization: request.headers.authorization });
      const content = says(sent.messages.at(-1).content);
      response.statusCode = content === "" ? 503 : 200;
      response.end(JSON.stringify({ choices: [{ message: { content } }] }));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});
afterAll(async () => {
  server.close();
  await world.close();
  await database.close();
});

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "none",
    ({ code }) => code,
  );
const visitor = (): Context => ({ ...world.as(world.owner), actor: null });
const state = () => getJudging(visitor(), { runId });
/** Judges pairs until `count` are judged or none is left; the adapter's answers never begin with "stone". */
async function judge(who: Person, count: number, prefers: "tuned" | "base" | "tie"): Promise<void> {
  const ctx = world.as(who);
  for (let i = 0; i < count; i += 1) {
    const { pair } = await claimJudgement(ctx, { runId });
    if (!pair) return;
    const tuned = pair.a.startsWith("stone") ? "b" : "a";
    const preference = prefers === "tie" ? "tie" : prefers === "tuned" ? tuned : tuned === "a" ? "b" : "a";
    await decideJudgement(ctx, { judgementId: pair.judgementId, preference });
  }
}

test("before anyone judged: not measured, and the same answers need nobody", async () => {
  const { summary, mayJudge, models, left } = await state();
  expect(summary).toMatchObject({
    items: 60,
    same: 4,
    judged: 4,
    needed: 46,
    votes: 0,
    verdict: "not_measured",
  });
  expect([mayJudge, models, left]).toEqual([false, [], 56]);
  expect((await getJudging(world.as(world.validator), { runId })).mayJudge).toBe(true);
  const { items } = await listRuns(visitor(), { limit: 10, offset: 0 });
  expect([items[0]!.verdict, items[0]!.difference]).toEqual(["not_measured", null]);
});

test("only members judge, each pair once, and the draw stays when the page is reloaded", async () => {
  const [stranger] = world.contributors;
  expect(await codeOf(claimJudgement(world.as(stranger!), { runId }))).toBe("NOT_MEMBER");
  const ctx = world.as(world.validator);
  const { pair, left } = await claimJudgement(ctx, { runId });
  expect(left).toBe(56);
  for (let i = 0; i < 5; i += 1) expect((await claimJudgement(ctx, { runId })).pair).toEqual(pair);
  const judgementId = pair!.judgementId;
  expect(await codeOf(decideJudgement(world.as(world.owner), { judgementId, preference: "a" }))).toBe(
    "NOT_FOUND",
  );
  await decideJudgement(ctx, { judgementId, preference: "tie" });
  expect(await codeOf(decideJudgement(ctx, { judgementId, preference: "a" }))).toBe("ALREADY_JUDGED");
  expect((await state()).summary).toMatchObject({ judged: 5, votes: 1, people: 1, tuned: 0, base: 0 });
});

test("while it is judged, whose answer is whose is shown of one's own pairs alone", async () => {
  const input = { runId, filter: "all", limit: 100, offset: 0 } as const;
  const all = await listEvaluationItems(visitor(), input);
  expect([all.items, all.hidden]).toEqual([[], 30]);
  const own = await listEvaluationItems(world.as(world.validator), input);
  const [first] = await database.db
    .select()
    .from(judgements)
    .where(eq(judgements.accountId, world.validator.id));
  const isShown = own.items.map(({ id }) => id).includes(first!.itemId);
  expect(own.items).toHaveLength(isShown ? 1 : 0);
});

test("a second person is first given what nobody judged; fifty judged questions make a verdict", async () => {
  await judge(world.builder, 45, "tuned");
  const before = (await state()).summary;
  expect(before).toMatchObject({ judged: 50, needed: 0, tuned: 45, base: 0, people: 2, verdict: "better" });
  expect(before.pValue).toBeCloseTo(2 * 0.5 ** 45, 18);
  const [row] = await database.db.select().from(evaluations).where(eq(evaluations.runId, runId));
  expect(row!.verdict).toBe("better");
  expect(row!.summary.preference).toEqual(before);
  const { items } = await listRuns(visitor(), { limit: 10, offset: 0 });
  expect(items[0]).toMatchObject({ verdict: "better", difference: 0.9, testItems: 50 });
  // Now it is measured nothing is kept back.
  const shown = await listEvaluationItems(visitor(), { runId, filter: "all", limit: 100, offset: 0 });
  expect(shown.hidden).toBe(0);
});

test("more votes change it: a question goes by their majority", async () => {
  await judge(world.owner, 100, "base");
  const { summary } = await state();
  // 45 questions now have one vote for either, the other 11 of 56 one for the base (and one of them a tie besides).
  expect(summary).toMatchObject({ judged: 60, tuned: 0, base: 11, people: 3, votes: 102, verdict: "worse" });
  expect((await claimJudgement(world.as(world.owner), { runId })).pair).toBeNull();
});

test("a judge model is asked in both orders, decides nothing, and is measured against the people", async () => {
  const { port } = server.address() as AddressInfo;
  const deps = { db: database.db, blobs: world.blobs, env: env() };
  await modelJudge(deps)();
  expect(asked).toEqual([]);

  const named = {
    ...env(),
    JUDGE_URL: `http://127.0.0.1:${port}/v1`,
    JUDGE_MODEL: "judge-1",
    JUDGE_KEY: "secret",
  };
  // It likes whatever does not begin with "stone", but for one question on which it always says A.
  says = (content) => (content.includes("\nstone 7\n") || /Answer A:\n(?!stone)/.test(content) ? "A" : "b.");
  const tick = modelJudge({ ...deps, env: named });
  for (let i = 0; i < 25; i += 1) await tick();
  expect(asked).toHaveLength(2 * 56);
  expect(asked[0]).toMatchObject({ authorization: "Bearer secret", model: "judge-1" });
  expect(asked[0]!.messages[1]!.content).toContain("Choose the one label that fits best.");
  expect(await database.db.select().from(modelJudgements)).toHaveLength(60);

  const { models, summary } = await state();
  expect(models).toHaveLength(1);
  expect(models[0]).toMatchObject({
    model: "judge-1",
    asked: 60,
    base: 0,
    compared: expect.any(Number),
    agreed: 0,
  });
  expect(models[0]!.compared).toBeGreaterThanOrEqual(10);
  expect(models[0]!.turned).toBe(1);
  expect(summary.verdict).toBe("worse");
});

test("a judge model that is away is left alone for a while", async () => {
  await database.db.delete(modelJudgements);
  const { port } = server.address() as AddressInfo;
  const named = { ...env(), JUDGE_URL: `http://127.0.0.1:${port}/v1`, JUDGE_MODEL: "judge-2" };
  says = () => "";
  asked = [];
  const tick = modelJudge({ db: database.db, blobs: world.blobs, env: named });
  // The first three pairs are the same word for word, so nobody is asked.
  await tick();
  expect(asked).toEqual([]);
  await expect(tick()).rejects.toThrow("the judge model answered 503");
  const sent = asked.length;
  await tick();
  expect(asked).toHaveLength(sent);
  expect(await database.db.select().from(modelJudgements)).toHaveLength(3);
});

test("a run with right and wrong answers is not judged", async () => {
  await database.db.update(trainingRuns).set({ metric: "accuracy" }).where(eq(trainingRuns.id, runId));
  expect(await codeOf(claimJudgement(world.as(world.owner), { runId }))).toBe("NOT_JUDGED");
});
