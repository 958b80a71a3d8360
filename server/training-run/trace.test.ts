import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { adapters, records } from "@/db/schema";
import { unreadNotices } from "@/server/notice/queries";
import { listSnapshots } from "@/server/snapshot/queries";
import { createWorld, differentRows } from "@/server/snapshot/test-world";
import { cancelTrainingRun } from "./cancel";
import { listRuns } from "./list-runs";
import { getRun } from "./queries";
import { BEHIND_NOTE } from "./reconcile";
import { startTrace } from "./start-trace";
import { loadRun, startForTest } from "./test-run";
import { startedRunPerTest } from "./test-run-world";
import { getTrace } from "./trace";

const t = startedRunPerTest(() => [differentRows(40), differentRows(40, 100)]);
const builder = () => t.world.as(t.world.builder);
const STAGES = ["baseline", "training", "evaluating", "ability", "scoring"];

async function finished(): Promise<string> {
  for (const stage of STAGES) await t.endStage(stage, [{ step: 1 }, { step: 2 }]);
  return t.runId();
}

/** replay.json in which `order` gives the contributors' totals, largest first. */
async function replayFile(order: readonly number[], eps = 1e-5): Promise<string> {
  const rows = await t.db.select().from(records).where(eq(records.datanetId, t.world.datanetId));
  const traced = (value: number) => ({ value, low: value - 0.01, high: value + 0.01, categories: {} });
  return JSON.stringify({
    format: "modelfactory.replay/1",
    method: "replay-metagradient/1",
    unit: "nats",
    steps: 30,
    adam_eps: eps,
    precision: { training: "float32", derivatives: "float32" },
    reload: { adapter: "ab", is_equal: true, logged: 1.5, reproduced: 1.5 },
    interval: "95 %",
    items: 8,
    test_loss: 1.5,
    categories: [],
    contributors: order.map((i, k) => ({ id: t.world.contributors[i]!.id, rows: 28, ...traced(1 - k) })),
    contributions: [],
    datanets: [],
    rows: rows.map(({ id }, i) => ({ id, ...traced(i) })),
    seconds: 12,
  });
}

test("a trace takes the very files of the run, waits behind trainings, and is nobody's own run", async () => {
  const runId = await finished();
  const { traceId } = await startTrace(builder(), { runId });
  await startForTest(t.db, t.world, t.snapshotId, t.runner);
  await t.tick();
  expect((await loadRun(t.db, traceId)).progress).toMatchObject({ note: BEHIND_NOTE });
  expect(t.runner.runs.has(`${traceId}-tracing`)).toBe(false);
  await t.db.execute(
    `update training_runs set status = 'failed' where kind = 'training' and status <> 'succeeded'`,
  );
  await t.tick();
  const [parent, trace] = [await loadRun(t.db, runId), await loadRun(t.db, traceId)];
  expect(t.runner.runs.get(`${traceId}-tracing`)!.spec).toEqual({
    recipe: "replay",
    config: {
      base: "tiny",
      base_hash: "ba".repeat(32),
      task: (parent.config as { task: unknown }).task,
      folds: 5,
      categories: true,
    },
    inputs: {
      ...parent.inputs,
      manifest: parent.artifacts["training_manifest.json"],
      adapter: parent.artifacts["adapter_model.safetensors"],
    },
  });
  expect(trace).toMatchObject({ kind: "trace", parentRunId: runId, status: "tracing" });
  t.runner.set(`${traceId}-tracing`, "succeeded", { "replay.json": await replayFile([0, 1]) });
  await t.tick();
  expect((await loadRun(t.db, traceId)).status).toBe("succeeded");

  const listed = (await listRuns(builder(), { limit: 50, offset: 0 })).items.map(({ id }) => id);
  expect(listed).toContain(runId);
  expect(listed).not.toContain(traceId);
  expect((await listSnapshots(builder(), t.world.datanetId)).map(({ runs }) => runs)).toEqual([2]);
  expect(await t.db.select({ runId: adapters.runId }).from(adapters)).toEqual([{ runId }]);
  expect((await getRun(builder(), traceId)).adapter).toBeNull();
  const { newest } = await unreadNotices(builder());
  expect(newest.find(({ kind }) => kind === "trace.done")).toMatchObject({
    subjectId: traceId,
    facts: { runId },
  });
});

test.each([
  { order: [0, 1], rank: 1 },
  { order: [1, 0], rank: -1 },
])("the agreement with the fast scores is $rank where the order is $order", async ({ order, rank }) => {
  const runId = await finished();
  const { traceId } = await startTrace(builder(), { runId });
  await t.tick();
  t.runner.set(`${traceId}-tracing`, "succeeded", { "replay.json": await replayFile(order) });
  await t.tick();
  const { trace } = await getTrace(builder(), runId);
  expect(trace).toMatchObject({ id: traceId, isFinal: true, isMine: true });
  // The test's influence file gives the first contributor 0.5 and the second -0.5, and rows in rising order.
  expect(trace!.result!.agreement).toMatchObject({
    people: { rank, n: 2 },
    rows: { rank: 1, low: 1, high: 1, n: 80 },
    // Two people agree or not by chance: the rows decide.
    isReliable: true,
    by: "rows",
  });
  expect(trace!.result!.contributors.map(({ name }) => name)).toEqual(
    order.map((i) => `Contributor ${i + 1}`),
  );
});

test("a trace of a training that hardly has a derivative judges nothing", async () => {
  const runId = await finished();
  const { traceId } = await startTrace(builder(), { runId });
  await t.tick();
  t.runner.set(`${traceId}-tracing`, "succeeded", { "replay.json": await replayFile([1, 0], 1e-8) });
  await t.tick();
  const { result } = (await getTrace(builder(), runId)).trace!;
  // The test's runner trains with 1e-8, which is known before.
  expect((await getTrace(builder(), runId)).willBeRough).toBe(true);
  expect(result).toMatchObject({ isRough: true, agreement: { people: { rank: -1 }, isReliable: null } });
});

test("what it costs is said before, and who may not ask is refused", async () => {
  const runId = t.runId();
  await expect(startTrace(builder(), { runId })).rejects.toMatchObject({ code: "NOT_TRACEABLE" });
  expect(await getTrace(builder(), runId)).toMatchObject({ isTraceable: false, estimate: null, trace: null });
  await finished();
  // Half of the steps, five folds: 0.5 * (2 + 1 + 0.9 * 5) trainings, give or take a factor of 1.4.
  const seconds = (await loadRun(t.db, runId)).stageSeconds.training! * 3.75;
  expect((await getTrace(builder(), runId)).estimate).toEqual({
    lowSeconds: Math.round(seconds / 1.4),
    highSeconds: Math.round(seconds * 1.4),
  });
  const stranger = await createWorld(t.db, []);
  await expect(startTrace(stranger.as(stranger.builder), { runId })).rejects.toMatchObject({
    code: "NOT_MEMBER",
  });
  await stranger.close();
});

test("asking twice is asking once; a failed or cancelled trace says so and may be asked for again", async () => {
  const runId = await finished();
  const ask = () => startTrace(builder(), { runId });
  const { traceId } = await ask();
  expect(await ask()).toEqual({ traceId });
  await t.tick();
  t.runner.fail(`${traceId}-tracing`, "RELOAD_MISMATCH", "The training, taken again, gives another adapter.");
  await t.tick();
  expect((await getTrace(builder(), runId)).trace).toMatchObject({
    status: "failed",
    problem: { code: "RELOAD_MISMATCH" },
    result: null,
  });
  const second = (await ask()).traceId;
  expect(second).not.toBe(traceId);
  await cancelTrainingRun(builder(), { runId: second });
  expect((await ask()).traceId).not.toBe(second);
});
