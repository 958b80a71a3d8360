import { afterAll, beforeAll, beforeEach } from "vitest";
import type { Database } from "@/db/client";
import { TRAINING_STAGES } from "@/db/schema/training-run.constants";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { createWorld, differentRows, type TestRow, type World } from "@/server/snapshot/test-world";
import { type RunDeps, reconcileTrainingRuns } from "./reconcile";
import { abilityFile, evaluationFile, freezeForTest, influenceFile, loadRun, startForTest } from "./test-run";
import { MemoryRunner } from "./test-runner";

/** Stages after the signature; `checking` has tests of its own. */
export const STAGES = TRAINING_STAGES.slice(1);

type Of = { db: Database; world: World; snapshotId: string; runId: string };
/** What each stage's run on the runner ends with, when nothing is odd. */
const MADE: Record<string, (of: Of) => Promise<Record<string, string>>> = {
  baseline: async ({ db, snapshotId }) => ({
    "evaluation.json": await evaluationFile(db, snapshotId, ["base", "majority", "prompted"]),
  }),
  training: async ({ runId }) => ({
    "adapter_model.safetensors": `weights of ${runId}`,
    "adapter_config.json": "{}",
    "checkpoints.json": `{"run":"${runId}"}`,
    "training_manifest.json": '{"steps":{"done":60,"selected":30},"precision":{"base":"float32"}}',
  }),
  evaluating: async ({ db, snapshotId }) => ({ "evaluation.json": await evaluationFile(db, snapshotId) }),
  weighing: async () => ({
    "test_loss.json": JSON.stringify({
      format: "modelfactory.test-loss/1",
      items: 8,
      before: 1.5,
      after: 1.25,
      change: { value: -0.25, low: -0.4, high: -0.1 },
    }),
  }),
  ability: async () => ({ "ability.json": abilityFile() }),
  scoring: async ({ db, world }) => ({ "influence.json": await influenceFile(db, world) }),
};

/**
 * For every test of the file that calls this: a Datanet with these files of accepted rows, frozen to a version, and a
 * runner that does nothing by itself. The fields change with each test, so read them where they are used.
 */
export function runWorldPerTest(files: () => TestRow[][] = () => [differentRows(30)]) {
  let database: TestDatabase;
  let world: World;
  let runner: MemoryRunner;
  let snapshotId: string;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.pool.query("truncate training_runs, snapshots, adapters cascade");
    world = await createWorld(database.db, files());
    runner = new MemoryRunner();
    snapshotId = await freezeForTest(database.db, world);
    return () => world.close();
  });
  const deps = (): RunDeps => ({ db: database.db, blobs: world.blobs, runner });
  return {
    get db() {
      return database.db;
    },
    get world() {
      return world;
    },
    get runner() {
      return runner;
    },
    get snapshotId() {
      return snapshotId;
    },
    get deps() {
      return deps();
    },
    /** Another Datanet takes the place of the one made before this test. */
    async replaceWorld(other: World) {
      await world.close();
      world = other;
      snapshotId = await freezeForTest(database.db, world);
    },
    /** One step of the worker. */
    tick: () => reconcileTrainingRuns(deps()),
    /** What the runner makes in a stage of this run. */
    made: (stage: string, runId: string) => MADE[stage]!({ db: database.db, world, snapshotId, runId }),
  };
}

/** The same, with a run whose commitment the chain has included. `start` begins another one, which takes its place. */
export function startedRunPerTest(files?: () => TestRow[][]) {
  const t = runWorldPerTest(files);
  let runId: string;
  const start = async (world: World = t.world) => {
    runId = await startForTest(t.db, world, t.snapshotId, t.runner);
  };
  beforeEach(() => start());
  const stageId = (stage: string) => `${runId}-${stage}`;
  const endStage = async (stage: string, events: unknown[] = []) => {
    await t.tick();
    t.runner.set(stageId(stage), "succeeded", await t.made(stage, runId), events);
    await t.tick();
  };
  return Object.assign(t, {
    start,
    stageId,
    endStage,
    runId: () => runId,
    run: () => loadRun(t.db, runId),
    madeIn: (stage: string) => t.made(stage, runId),
    async reach(stage: string) {
      for (const before of STAGES.slice(0, STAGES.indexOf(stage as never))) await endStage(before);
      await t.tick();
    },
  });
}
