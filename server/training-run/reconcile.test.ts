import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  adapters,
  benchmarks,
  evaluations,
  influenceScores,
  publications,
  runEvents,
  trainingRuns,
} from "@/db/schema";
import {
  RUN_STAGES,
  TRAINING_RUN_STATUSES,
  TRAINING_RUN_TRANSITIONS,
} from "@/db/schema/training-run.constants";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { listEvaluationItems } from "@/server/evaluation/queries";
import { getInfluence } from "@/server/influence/queries";
import { unreadNotices } from "@/server/notice/queries";
import { loadFacts } from "@/server/publication/facts";
import { markPublished } from "@/server/publication/mark-published";
import { checkNotPublished } from "@/server/publication/same-file";
import { RunnerError } from "@/server/runner/client";
import { createWorld, differentRows, type World } from "@/server/snapshot/test-world";
import { cancelTrainingRun } from "./cancel";
import { Fenced, writeRun } from "./fence";
import { getCurve, getRun } from "./queries";
import { RUNNER_AWAY_NOTE, type RunDeps, reconcileTrainingRuns } from "./reconcile";
import { evaluationFile, freezeForTest, influenceFile, loadRun, startForTest } from "./test-run";
import { MemoryRunner } from "./test-runner";

let database: TestDatabase;
let world: World;
let runner: MemoryRunner;
let deps: RunDeps;
let snapshotId: string;
let runId: string;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

beforeEach(async () => {
  await database.pool.query("truncate training_runs, snapshots, adapters cascade");
  world = await createWorld(database.db, [differentRows(20), differentRows(10, 100)]);
  runner = new MemoryRunner();
  deps = { db: database.db, blobs: world.blobs, runner };
  snapshotId = await freezeForTest(database.db, world);
  runId = await startForTest(database.db, world, snapshotId, runner);
  return () => world.close();
});

/** Stages after the signature; `checking` has tests of its own. */
const STAGES = RUN_STAGES.slice(1);
const tick = () => reconcileTrainingRuns(deps);
const run = () => loadRun(database.db, runId);
const stageId = (stage: string) => `${runId}-${stage}`;

/** What each stage's run on the runner ends with. */
const made: Record<string, () => Promise<Record<string, string>>> = {
  baseline: async () => ({
    "evaluation.json": await evaluationFile(database.db, snapshotId, ["base", "majority", "prompted"]),
  }),
  training: async () => ({
    "adapter_model.safetensors": `weights of ${runId}`,
    "adapter_config.json": "{}",
    "checkpoints.json": `{"run":"${runId}"}`,
  }),
  evaluating: async () => ({ "evaluation.json": await evaluationFile(database.db, snapshotId) }),
  scoring: async () => ({ "influence.json": await influenceFile(database.db, world) }),
};

async function endStage(stage: string, events: unknown[] = []) {
  await tick();
  runner.set(stageId(stage), "succeeded", await made[stage]!(), events);
  await tick();
}

async function reach(stage: string) {
  for (const before of STAGES.slice(0, STAGES.indexOf(stage as never))) await endStage(before);
  await tick();
}

test("a committed run goes through its four stages to a measured adapter", async () => {
  await tick();
  expect(runner.runs.get(stageId("baseline"))!.spec).toMatchObject({
    recipe: "evaluate",
    config: {
      arms: ["base", "prompted", "majority"],
      base: "tiny",
      shots: 5,
      golden: 8,
      seed: 7,
      clusters: 30,
    },
  });
  expect((await run()).progress).toMatchObject({
    note: "Waiting for its turn on the training machine: next in line.",
  });
  await endStage("baseline");
  expect((await run()).status).toBe("training");
  const metrics = [1, 2].map((step) => ({
    step,
    total_steps: 2,
    train_loss: 3 - step,
    rows_per_second: 50,
    epoch: 1,
  }));
  await endStage("training", metrics);
  expect((await run()).status).toBe("evaluating");
  await endStage("evaluating");
  await endStage("scoring");

  const row = await run();
  expect(row).toMatchObject({ status: "succeeded", progress: null, problem: null });
  expect(row.stageSeconds).toEqual({ baseline: 60, training: 60, evaluating: 60, scoring: 60 });
  for (const sha256 of Object.values(row.artifacts)) expect(await world.blobs.has(sha256)).toBe(true);
  expect(runner.runs.get(stageId("evaluating"))!.spec.inputs).toEqual({
    test: row.inputs.test,
    train: row.inputs.train,
    adapter: row.artifacts["adapter_model.safetensors"],
    adapter_config: row.artifacts["adapter_config.json"],
    previous: row.artifacts["baseline_evaluation.json"],
  });
  const shown = await getRun(world.as(world.builder), runId);
  expect(shown.evaluation).toMatchObject({ verdict: "better", n: 6, opening: 1, openings: 1 });
  expect(shown.adapter).toMatchObject({
    sha256: row.artifacts["adapter_model.safetensors"],
    isOfEarlierRun: false,
  });
  expect(shown.commitSalt).toBe(row.commitSalt);
  expect(await getCurve(world.as(world.builder), runId)).toMatchObject({
    points: [
      { step: 1, trainLoss: 2 },
      { step: 2, trainLoss: 1 },
    ],
    totalSteps: 2,
  });
  const scores = await database.db.select().from(influenceScores).where(eq(influenceScores.runId, runId));
  expect(scores.filter((score) => score.scope === "record")).toHaveLength(30);
  expect(scores.filter((score) => score.scope !== "record")).toHaveLength(4);
});

test("sealed questions count in totals and are never listed", async () => {
  for (const stage of STAGES) await endStage(stage);
  const all = await listEvaluationItems(world.as(world.owner), {
    runId,
    filter: "all",
    limit: 100,
    offset: 0,
  });
  expect(all.items).toHaveLength(3);
  expect(all.sealed).toBe(3);
  expect(all.counts.all).toBe(3);
  const influence = (await getInfluence(world.as(world.owner), runId))!;
  expect(influence.contributors.map(({ name, sign }) => [name, sign])).toEqual([
    ["Contributor 1", "+"],
    ["Contributor 2", "-"],
  ]);
  expect(influence.examples.helped[0]).toMatchObject({ name: "Contributor 1" });
  expect(influence.examples.helped[0]!.question).not.toBeNull();
  expect(influence.examples.hurt[0]!.question).toBeNull();
});

test("a worker killed at any call, and two workers at once, come to the same end", async () => {
  // Every call of the runner and every blob write is cut once, as a SIGKILL between two steps would.
  for (const stage of STAGES) {
    for (let cut = 1; cut < 12; cut++) {
      let calls = 0;
      const guard = <T extends object>(target: T): T =>
        new Proxy(target, {
          get: (of, name) => {
            const value = Reflect.get(of, name);
            if (typeof value !== "function") return value;
            return (...args: unknown[]) => {
              calls += 1;
              if (calls === cut) throw new Error("killed");
              return value.apply(of, args);
            };
          },
        });
      const state = runner.runs.get(stageId(stage));
      if (state && state.status === "queued")
        runner.set(stageId(stage), "succeeded", await made[stage]!(), [{ step: 1 }]);
      await reconcileTrainingRuns({
        db: database.db,
        blobs: guard(world.blobs),
        runner: guard(runner),
      }).catch(() => {});
      if ((await run()).status !== stage) break;
    }
    expect((await run()).status).not.toBe(stage);
  }
  await Promise.all([tick(), tick()]);
  expect((await run()).status).toBe("succeeded");
  expect(await database.db.select().from(adapters).where(eq(adapters.runId, runId))).toHaveLength(1);
  expect(await database.db.select().from(evaluations).where(eq(evaluations.runId, runId))).toHaveLength(1);
  const [benchmark] = await database.db
    .select()
    .from(benchmarks)
    .where(eq(benchmarks.snapshotId, snapshotId));
  expect(benchmark!.openings).toBe(1);
  expect(await database.db.select().from(runEvents).where(eq(runEvents.runId, runId))).toHaveLength(4);
});

test("two reconcilers in the same moment write one transition", async () => {
  await reach("training");
  runner.set(stageId("training"), "succeeded", await made.training!());
  await Promise.all([tick(), tick(), tick()]);
  expect((await run()).status).toBe("evaluating");
});

test.each([
  ["does not answer", new RunnerError(0, { code: "RUNNER_UNAVAILABLE", message: "away", retryable: true })],
  ["has a new token", new RunnerError(401, { code: "UNAUTHORIZED", message: "token", retryable: false })],
])("a runner that %s makes the run wait and say so, never fail", async (_, away) => {
  await reach("training");
  runner.away = away;
  await tick();
  await tick();
  expect(await run()).toMatchObject({ status: "training", progress: { note: RUNNER_AWAY_NOTE } });
  runner.away = null;
  runner.set(stageId("training"), "running");
  await tick();
  expect((await run()).progress?.note).toBeUndefined();
});

test("a training machine whose disk is full makes the run wait and say so, and it goes on by itself", async () => {
  await reach("training");
  runner.away = new RunnerError(507, { code: "DISK_FULL", message: "full", retryable: true });
  await tick();
  const waiting = await run();
  expect(waiting.status).toBe("training");
  expect(waiting.progress?.note).toMatch(
    /^The disk of the training machine is full\. The run goes on by itself/,
  );
  runner.away = null;
  runner.set(stageId("training"), "running");
  await tick();
  expect((await run()).progress?.note).toBeUndefined();
});

test("a failed stage ends the run with what happened and what to do", async () => {
  await reach("training");
  runner.fail(stageId("training"), "LOSS_NOT_FINITE", "The training broke down at step 3 of 50.");
  await tick();
  expect(await run()).toMatchObject({
    status: "failed",
    problem: {
      code: "LOSS_NOT_FINITE",
      message: "The training broke down at step 3 of 50.",
      fix: "Try the other preset; if it happens again, look for odd rows in the data.",
    },
  });
});

test("a file that is not as agreed fails the run instead of stopping the worker", async () => {
  await reach("evaluating");
  runner.set(stageId("evaluating"), "succeeded", { "evaluation.json": '{"format":"other"}' });
  await tick();
  expect(await run()).toMatchObject({ status: "failed", problem: { code: "RUNNER_PROTOCOL" } });
  expect(await database.db.select().from(evaluations).where(eq(evaluations.runId, runId))).toHaveLength(0);
});

test("cancelling a training keeps its best adapter, not evaluated", async () => {
  await reach("training");
  await cancelTrainingRun(world.as(world.builder), { runId });
  await cancelTrainingRun(world.as(world.builder), { runId });
  await tick();
  expect(runner.calls).toContain("cancel");
  expect((await run()).progress?.note).toBe("Stopping; the best adapter so far is kept.");
  runner.set(stageId("training"), "cancelled", await made.training!());
  await tick();
  const shown = await getRun(world.as(world.builder), runId);
  expect(shown).toMatchObject({ status: "cancelled", evaluation: null });
  expect(shown.adapter).not.toBeNull();
});

test("cancelling before there is an adapter leaves none", async () => {
  await reach("training");
  await cancelTrainingRun(world.as(world.builder), { runId });
  runner.set(stageId("training"), "cancelled");
  await tick();
  expect(await getRun(world.as(world.builder), runId)).toMatchObject({ status: "cancelled", adapter: null });
});

test("only the builder cancels", async () => {
  await expect(cancelTrainingRun(world.as(world.owner), { runId })).rejects.toMatchObject({
    code: "NOT_BUILDER",
  });
});

test("the same settings and data make the same file: the earlier adapter stands for both runs", async () => {
  for (const stage of STAGES) await endStage(stage);
  const first = runId;
  runId = await startForTest(database.db, world, snapshotId, runner);
  const same = await loadRun(database.db, first);
  await endStage("baseline");
  await tick();
  runner.set(stageId("training"), "succeeded", {
    ...(await made.training!()),
    "adapter_model.safetensors": `weights of ${first}`,
  });
  await tick();
  const shown = await getRun(world.as(world.builder), runId);
  expect(shown.adapter).toMatchObject({
    sha256: same.artifacts["adapter_model.safetensors"],
    runId: first,
    isOfEarlierRun: true,
  });
});

test("a cancelled run leaves the same file to the run that measures it", async () => {
  await reach("training");
  await cancelTrainingRun(world.as(world.builder), { runId });
  runner.set(stageId("training"), "cancelled", await made.training!());
  await tick();
  const first = runId;
  expect((await run()).status).toBe("cancelled");
  runId = await startForTest(database.db, world, snapshotId, runner);
  await endStage("baseline");
  await tick();
  runner.set(stageId("training"), "succeeded", {
    ...(await made.training!()),
    "adapter_model.safetensors": `weights of ${first}`,
  });
  await tick();
  const shown = await getRun(world.as(world.builder), runId);
  expect(shown.adapter).toMatchObject({ runId, isOfEarlierRun: false });
  expect(await database.db.select().from(adapters)).toHaveLength(1);
  await endStage("evaluating");
  await endStage("scoring");
  // The end of one's own doing is not told; the other is.
  const { newest } = await unreadNotices(world.as(world.builder));
  expect(newest.map(({ kind, subjectId }) => [kind, subjectId])).toContainEqual(["run.finished", runId]);
  expect(newest.map(({ subjectId }) => subjectId)).not.toContain(first);
});

test("a blocked publication does not hold the file, nor does a run that is stopped while the next one trains", async () => {
  const weights = { "adapter_model.safetensors": "weights of both" };
  await reach("training");
  runner.set(stageId("training"), "succeeded", { ...(await made.training!()), ...weights });
  await tick();
  const first = runId;
  const [adapter] = await database.db.select().from(adapters);
  await database.db.insert(publications).values({ adapterId: adapter!.id, status: "blocked" });
  runId = await startForTest(database.db, world, snapshotId, runner);
  await endStage("baseline");
  await tick();
  runner.set(stageId("training"), "succeeded", { ...(await made.training!()), ...weights });
  await tick();
  expect((await getRun(world.as(world.builder), runId)).adapter).toMatchObject({ runId: first });
  await cancelTrainingRun(world.as(world.builder), { runId: first });
  runner.set(`${first}-evaluating`, "cancelled");
  await tick();
  await endStage("evaluating");
  const shown = await getRun(world.as(world.builder), runId);
  expect(shown.adapter).toMatchObject({ id: adapter!.id, runId, isOfEarlierRun: false });
});

test("two builders who make the very same file have an adapter each, and the chain's record is its creator's", async () => {
  await reach("training");
  runner.set(stageId("training"), "succeeded", {
    ...(await made.training!()),
    "adapter_model.safetensors": "weights",
  });
  await tick();
  const mine = (await getRun(world.as(world.builder), runId)).adapter!;
  const other = { ...world, builder: world.owner };
  runId = await startForTest(database.db, other, snapshotId, runner);
  await endStage("baseline");
  await tick();
  runner.set(stageId("training"), "succeeded", {
    ...(await made.training!()),
    "adapter_model.safetensors": "weights",
  });
  await tick();
  const theirs = (await getRun(world.as(world.owner), runId)).adapter!;
  expect(theirs).toMatchObject({ sha256: mine.sha256, runId, isOfEarlierRun: false });
  expect(theirs.id).not.toBe(mine.id);

  await database.db.insert(publications).values([
    { adapterId: mine.id, status: "submitted" },
    { adapterId: theirs.id, status: "blocked" },
  ]);
  await database.db.transaction((tx) =>
    markPublished(
      tx,
      { tokenId: 3n, creator: world.builder.key.address, artifactHash: mine.sha256, txHash: "0x01" },
      "final",
    ),
  );
  const states = await database.db.select().from(publications);
  expect(states.map(({ adapterId, status, tokenId }) => [adapterId, status, tokenId]).sort()).toEqual(
    [
      [mine.id, "final", 3n],
      [theirs.id, "blocked", null],
    ].sort(),
  );
  const check = await checkNotPublished(database.db, await loadFacts(database.db, theirs.id));
  expect(check).toMatchObject({ ok: false });
  expect(check.detail).toContain("Bela has published it as adapter number 3");
  expect(await checkNotPublished(database.db, await loadFacts(database.db, mine.id))).toMatchObject({
    ok: true,
  });
});

test("a run moves only along its transition table, and only for who read it last", async () => {
  const free = async (status: (typeof TRAINING_RUN_STATUSES)[number]) => {
    await database.db.update(trainingRuns).set({ status }).where(eq(trainingRuns.id, runId));
    return run();
  };
  for (const from of TRAINING_RUN_STATUSES) {
    for (const to of TRAINING_RUN_STATUSES) {
      const row = await free(from);
      const write = writeRun(database.db, row, { status: to });
      if (TRAINING_RUN_TRANSITIONS[from].includes(to)) {
        await write;
        expect((await run()).status).toBe(to);
        await expect(writeRun(database.db, row, { progress: null })).rejects.toBeInstanceOf(Fenced);
      } else {
        await expect(write).rejects.toThrow(`a run does not go from ${from} to ${to}`);
      }
    }
  }
});
