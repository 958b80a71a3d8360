import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { adapters, benchmarks, evaluations, influenceScores, runEvents } from "@/db/schema";
import { getAbility } from "@/server/evaluation/ability";
import { listEvaluationItems } from "@/server/evaluation/queries";
import { getInfluence } from "@/server/influence/queries";
import { RunnerError } from "@/server/runner/client";
import { differentRows } from "@/server/snapshot/test-world";
import { getCurve, getRun } from "./queries";
import { RUNNER_AWAY_NOTE, reconcileTrainingRuns } from "./reconcile";
import { STAGES, startedRunPerTest } from "./test-run-world";

const t = startedRunPerTest(() => [differentRows(20), differentRows(10, 100)]);

test("a committed run goes through its five stages to a measured adapter", async () => {
  await t.tick();
  expect(t.runner.runs.get(t.stageId("baseline"))!.spec).toMatchObject({
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
  expect((await t.run()).progress).toMatchObject({
    note: "Waiting for its turn on the training machine: next in line.",
  });
  await t.endStage("baseline");
  expect((await t.run()).status).toBe("training");
  const metrics = [1, 2].map((step) => ({
    step,
    total_steps: 2,
    train_loss: 3 - step,
    rows_per_second: 50,
    epoch: 1,
  }));
  await t.endStage("training", metrics);
  expect((await t.run()).status).toBe("evaluating");
  await t.endStage("evaluating");
  await t.tick();
  const { artifacts } = await t.run();
  expect(t.runner.runs.get(t.stageId("ability"))!.spec).toEqual({
    recipe: "ability",
    config: { base: "tiny", base_hash: "ba".repeat(32) },
    inputs: {
      adapter: artifacts["adapter_model.safetensors"],
      adapter_config: artifacts["adapter_config.json"],
    },
  });
  // The verdict is there before general ability is asked.
  expect((await getRun(t.world.as(t.world.builder), t.runId())).evaluation).toMatchObject({
    verdict: "better",
  });
  await t.endStage("ability");
  await t.endStage("scoring");

  const row = await t.run();
  expect(row).toMatchObject({ status: "succeeded", progress: null, problem: null });
  expect(row.stageSeconds).toEqual({ baseline: 60, training: 60, evaluating: 60, ability: 60, scoring: 60 });
  for (const sha256 of Object.values(row.artifacts)) expect(await t.world.blobs.has(sha256)).toBe(true);
  expect(t.runner.runs.get(t.stageId("evaluating"))!.spec.inputs).toEqual({
    test: row.inputs.test,
    train: row.inputs.train,
    adapter: row.artifacts["adapter_model.safetensors"],
    adapter_config: row.artifacts["adapter_config.json"],
    previous: row.artifacts["baseline_evaluation.json"],
  });
  const shown = await getRun(t.world.as(t.world.builder), t.runId());
  expect(shown.evaluation).toMatchObject({ verdict: "better", n: 6, opening: 1, openings: 1 });
  expect(shown.adapter).toMatchObject({
    sha256: row.artifacts["adapter_model.safetensors"],
    isOfEarlierRun: false,
  });
  expect(shown.commitSalt).toBe(row.commitSalt);
  expect(await getCurve(t.world.as(t.world.builder), t.runId())).toMatchObject({
    points: [
      { step: 1, trainLoss: 2 },
      { step: 2, trainLoss: 1 },
    ],
    totalSteps: 2,
  });
  expect(await getAbility(t.world.as(t.world.owner), t.runId())).toMatchObject({
    overall: { before: 60, after: 30, verdict: "lost" },
    abilities: [
      { name: "facts", verdict: "held" },
      { name: "format", verdict: "lost" },
    ],
  });
  const scores = await t.db.select().from(influenceScores).where(eq(influenceScores.runId, t.runId()));
  expect(scores.filter((score) => score.scope === "record")).toHaveLength(30);
  expect(scores.filter((score) => score.scope !== "record")).toHaveLength(4);
});

test("sealed questions count in totals and are never listed", async () => {
  for (const stage of STAGES) await t.endStage(stage);
  const all = await listEvaluationItems(t.world.as(t.world.owner), {
    runId: t.runId(),
    filter: "all",
    limit: 100,
    offset: 0,
  });
  expect(all.items).toHaveLength(3);
  expect(all.sealed).toBe(3);
  expect(all.counts.all).toBe(3);
  const influence = (await getInfluence(t.world.as(t.world.owner), t.runId()))!;
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
      const state = t.runner.runs.get(t.stageId(stage));
      if (state && state.status === "queued")
        t.runner.set(t.stageId(stage), "succeeded", await t.madeIn(stage), [{ step: 1 }]);
      await reconcileTrainingRuns({
        db: t.db,
        blobs: guard(t.world.blobs),
        runner: guard(t.runner),
      }).catch(() => {});
      if ((await t.run()).status !== stage) break;
    }
    expect((await t.run()).status).not.toBe(stage);
  }
  await Promise.all([t.tick(), t.tick()]);
  expect((await t.run()).status).toBe("succeeded");
  expect(await t.db.select().from(adapters).where(eq(adapters.runId, t.runId()))).toHaveLength(1);
  expect(await t.db.select().from(evaluations).where(eq(evaluations.runId, t.runId()))).toHaveLength(1);
  const [benchmark] = await t.db.select().from(benchmarks).where(eq(benchmarks.snapshotId, t.snapshotId));
  expect(benchmark!.openings).toBe(1);
  expect(await t.db.select().from(runEvents).where(eq(runEvents.runId, t.runId()))).toHaveLength(5);
});

test("two reconcilers in the same moment write one transition", async () => {
  await t.reach("training");
  t.runner.set(t.stageId("training"), "succeeded", await t.madeIn("training"));
  await Promise.all([t.tick(), t.tick(), t.tick()]);
  expect((await t.run()).status).toBe("evaluating");
});

test.each([
  ["does not answer", new RunnerError(0, { code: "RUNNER_UNAVAILABLE", message: "away", retryable: true })],
  ["has a new token", new RunnerError(401, { code: "UNAUTHORIZED", message: "token", retryable: false })],
])("a runner that %s makes the run wait and say so, never fail", async (_, away) => {
  await t.reach("training");
  t.runner.away = away;
  await t.tick();
  await t.tick();
  expect(await t.run()).toMatchObject({ status: "training", progress: { note: RUNNER_AWAY_NOTE } });
  t.runner.away = null;
  t.runner.set(t.stageId("training"), "running");
  await t.tick();
  expect((await t.run()).progress?.note).toBeUndefined();
});

test("a training machine whose disk is full makes the run wait and say so, and it goes on by itself", async () => {
  await t.reach("training");
  t.runner.away = new RunnerError(507, { code: "DISK_FULL", message: "full", retryable: true });
  await t.tick();
  const waiting = await t.run();
  expect(waiting.status).toBe("training");
  expect(waiting.progress?.note).toMatch(
    /^The disk of the training machine is full\. The run goes on by itself/,
  );
  t.runner.away = null;
  t.runner.set(t.stageId("training"), "running");
  await t.tick();
  expect((await t.run()).progress?.note).toBeUndefined();
});

test("a failed stage ends the run with what happened and what to do", async () => {
  await t.reach("training");
  t.runner.fail(t.stageId("training"), "LOSS_NOT_FINITE", "The training broke down at step 3 of 50.");
  await t.tick();
  expect(await t.run()).toMatchObject({
    status: "failed",
    problem: {
      code: "LOSS_NOT_FINITE",
      message: "The training broke down at step 3 of 50.",
      fix: "Try the other preset; if it happens again, look for odd rows in the data.",
    },
  });
});

test("a file that is not as agreed fails the run instead of stopping the worker", async () => {
  await t.reach("evaluating");
  t.runner.set(t.stageId("evaluating"), "succeeded", { "evaluation.json": '{"format":"other"}' });
  await t.tick();
  expect(await t.run()).toMatchObject({ status: "failed", problem: { code: "RUNNER_PROTOCOL" } });
  expect(await t.db.select().from(evaluations).where(eq(evaluations.runId, t.runId()))).toHaveLength(0);
});
