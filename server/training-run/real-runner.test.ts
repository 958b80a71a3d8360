import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { influenceScores } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { sha256Hex } from "@/server/chain/hash";
import { createRunnerClient, type RunnerClient } from "@/server/runner/client";
import { createWorld, differentRows, type World } from "@/server/snapshot/test-world";
import { createTrainingRun } from "./create";
import { markRunCommitted } from "./mark-committed";
import { getCurve, getRun } from "./queries";
import { reconcileTrainingRuns } from "./reconcile";
import { startTrace } from "./start-trace";
import { freezeForTest, loadRun } from "./test-run";
import { getTrace } from "./trace";

const PACKAGE = path.resolve("training-runner");
const PYTHON = path.join(PACKAGE, ".venv/bin/python");
const TOKEN = "token-of-the-real-runner-test";
const PATIENCE_MS = 400_000;

let database: TestDatabase;
let world: World;
let folder: string;
let child: ChildProcess;

/** The runner on a free port over `folder`; started again it finds its runs. */
async function startRunner(): Promise<RunnerClient> {
  child = spawn(PYTHON, ["-m", "runner.api"], {
    cwd: PACKAGE,
    env: {
      ...process.env,
      RUNNER_TOKEN: TOKEN,
      RUNNER_DATA: folder,
      RUNNER_PORT: "0",
      RUNNER_DEVICE: "cpu",
      OMP_NUM_THREADS: "1",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: child.stdout! })) {
    return createRunnerClient({ url: JSON.parse(line).url, token: TOKEN });
  }
  throw new Error("the runner ended before it was ready");
}

async function stopRunner(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await ended;
}

beforeAll(async () => {
  database = await createTestDatabase();
  world = await createWorld(database.db, [differentRows(60), differentRows(40, 300)]);
  folder = await mkdtemp(path.join(tmpdir(), "modelfactory-runner-"));
});
afterAll(async () => {
  await stopRunner("SIGTERM");
  await rm(folder, { recursive: true, force: true });
  await world.close();
  await database.close();
});

// Needs the runner's Python packages: `npm test` installs them, `npm test -- --only vitest` does not.
test.skipIf(!existsSync(PYTHON))(
  "the real runner, killed in the middle, takes a run through its checks and four stages, and traces it",
  async () => {
    const snapshotId = await freezeForTest(database.db, world);
    let runner = await startRunner();
    const { runId, runCommit } = await createTrainingRun(
      world.as(world.builder),
      { snapshotIds: [snapshotId], excludedContributorIds: [], baseId: "tiny", preset: "quick", seed: 7 },
      runner,
    );
    let wasKilled = false;
    const began = Date.now();
    for (;;) {
      await reconcileTrainingRuns({ db: database.db, blobs: world.blobs, runner });
      const { status, problem } = await loadRun(database.db, runId);
      if (status === "commit") await database.db.transaction((tx) => markRunCommitted(tx, { runCommit }));
      if (status === "succeeded") break;
      if (status === "failed" || Date.now() - began > PATIENCE_MS) {
        throw new Error(`the run is ${status}: ${JSON.stringify(problem)}`);
      }
      const { points } = await getCurve(world.as(world.builder), runId);
      if (!wasKilled && points.length > 5) {
        await stopRunner("SIGKILL");
        await reconcileTrainingRuns({ db: database.db, blobs: world.blobs, runner });
        expect((await loadRun(database.db, runId)).status).toBe("training");
        runner = await startRunner();
        wasKilled = true;
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
    }

    expect(wasKilled).toBe(true);
    const run = await loadRun(database.db, runId);
    expect(run.dryRun).toMatchObject({ isPassed: true, figures: { trainedRows: 70 } });
    expect(run.dryRun!.checks.map(({ verdict }) => verdict)).not.toContain("failed");
    const sha256 = run.artifacts["adapter_model.safetensors"]!;
    expect(sha256Hex(await world.blobs.get(sha256))).toBe(sha256);
    const shown = await getRun(world.as(world.builder), runId);
    expect(shown.adapter?.sha256).toBe(sha256);
    // 20 test questions are too few for a verdict, and the run says so instead of guessing.
    expect(shown.evaluation).toMatchObject({ n: 20, verdict: "not_measured", opening: 1 });
    expect(Object.keys(shown.evaluation!.arms).sort()).toEqual(["base", "majority", "prompted", "tuned"]);
    const { points, totalSteps } = await getCurve(world.as(world.builder), runId);
    expect(points.at(-1)!.step).toBe(totalSteps);
    const scores = await database.db.select().from(influenceScores).where(eq(influenceScores.runId, runId));
    expect(scores.filter((score) => score.scope === "contributor")).toHaveLength(2);
    expect(scores.filter((score) => score.scope === "record")).toHaveLength(70);

    const { traceId } = await startTrace(world.as(world.builder), { runId });
    for (;;) {
      await reconcileTrainingRuns({ db: database.db, blobs: world.blobs, runner });
      const { status, problem } = await loadRun(database.db, traceId);
      if (status === "succeeded") break;
      if (status === "failed" || Date.now() - began > PATIENCE_MS)
        throw new Error(`the trace is ${status}: ${JSON.stringify(problem)}`);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    const { result } = (await getTrace(world.as(world.builder), runId)).trace!;
    // The run was killed and went on; taken again without a break it gives the same adapter to the bit.
    expect(result).toMatchObject({ method: "replay-metagradient/1", isEqual: true });
    expect(result!.contributors.map(({ rows }) => rows).sort()).toEqual([28, 42]);
    expect(result!.agreement!.rows).toMatchObject({ n: 70 });
  },
  PATIENCE_MS + 20_000,
);
