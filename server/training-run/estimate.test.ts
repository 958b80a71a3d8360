import { readFileSync } from "node:fs";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { datanets, trainingRuns } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { createWorld, differentRows, type World } from "@/server/snapshot/test-world";
import { estimateAfterDryRun, estimateSeconds } from "./estimate";
import { freezeForTest, startForTest } from "./test-run";
import { MemoryRunner } from "./test-runner";

let database: TestDatabase;
let world: World;
let runId: string;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query("truncate training_runs, snapshots, adapters cascade");
  world = await createWorld(database.db, [differentRows(30)]);
  const snapshotId = await freezeForTest(database.db, world);
  runId = await startForTest(database.db, world, snapshotId, new MemoryRunner());
  return () => world.close();
});

const SMALL = { id: "tiny", parameters: 2.4e6 };
const LARGE = { id: "large", parameters: 135e6 };
const once = { epochs: 1, batchSize: 8, learningRates: null };

test("without any run: one read of scoring on a large base, four on a small one, and room for a slower machine", async () => {
  // 1,000 rows trained and read once at 134 * (2.4 / 135)^0.75 = 6.53 rows a second, with 20 s to load.
  const large = await estimateSeconds(database.db, LARGE, once, 1000);
  expect([large.basis, large.lowSeconds, large.highSeconds]).toEqual(["typical", 239, 673]);
  // 5,000 reads at 134 a second.
  expect((await estimateSeconds(database.db, SMALL, once, 1000)).lowSeconds).toBe(47);
});

test("each rate that is tried costs a sixth of the updates more", async () => {
  const tried = { ...once, learningRates: [5e-4, 1e-3, 2e-3] };
  // 1,500 rows and 1,000 reads.
  expect((await estimateSeconds(database.db, LARGE, tried, 1000)).lowSeconds).toBe(294);
});

test.each(["labels", "word-forms"])(
  "what a first start says holds the time that the sample %s took",
  async (sample) => {
    const read = (file: string) => JSON.parse(readFileSync(`samples/${sample}/run/${file}`, "utf8"));
    const took = Object.values<number>(read("run.json").stageSeconds).reduce(
      (sum, seconds) => sum + seconds,
      0,
    );
    const { trained_rows: rows } = read("dry_run.json").figures;
    const estimate = await estimateSeconds(database.db, { ...LARGE, parameters: 134_515_008 }, once, rows);
    expect(estimate.basis).toBe("typical");
    expect(took).toBeGreaterThan(estimate.lowSeconds);
    expect(took).toBeLessThan(estimate.highSeconds);
    const { baseline, training, evaluating } = read("run.json").stageSeconds;
    expect(baseline + training + evaluating).toBeGreaterThan(estimate.verdict!.lowSeconds);
    expect(baseline + training + evaluating).toBeLessThan(estimate.verdict!.highSeconds);
  },
);

test("a run finished here says how long the next takes; one that came with a sample was made elsewhere", async () => {
  const figures = {
    trainedRows: 400,
    steps: 50,
    stepSeconds: 1,
    rowsPerStep: 8,
    trainingSeconds: 60,
    peakBytes: 1,
  };
  const run = await database.db.query.trainingRuns.findFirst({ where: eq(trainingRuns.id, runId) });
  await database.db.update(trainingRuns).set({
    status: "succeeded",
    config: { ...(run!.config as object), epochs: 1, batch_size: 8, learning_rates: null },
    stageSeconds: { checking: 9, baseline: 20, training: 60, evaluating: 10, scoring: 30 },
    dryRun: { isPassed: true, checks: [], figures, estimate: null },
  });
  const measured = await estimateSeconds(database.db, SMALL, once, 400);
  expect([measured.basis, measured.runs]).toEqual(["measured", 1]);
  expect([measured.lowSeconds, measured.highSeconds]).toEqual([86, 168]);
  // Without the 30 s of scoring.
  expect(measured.verdict).toEqual({ lowSeconds: 64, highSeconds: 126 });
  await database.db
    .update(datanets)
    .set({ isSample: true, ownerId: run!.builderId })
    .where(eq(datanets.id, world.datanetId));
  // Its dry run's steps still tell the pace of this base.
  expect((await estimateSeconds(database.db, SMALL, once, 400)).basis).toBe("checked");
});

test("one run that took five times the others was measured on a busy machine, and is left out", async () => {
  const run = (await database.db.query.trainingRuns.findFirst({ where: eq(trainingRuns.id, runId) }))!;
  const figures = {
    trainedRows: 400,
    steps: 50,
    stepSeconds: 1,
    rowsPerStep: 8,
    trainingSeconds: 60,
    peakBytes: 1,
  };
  const finished = (training: number) => {
    const { id: _, ...like } = run;
    return {
      ...like,
      runCommit: `${training}`.padStart(64, "0"),
      status: "succeeded" as const,
      config: { ...(run.config as object), epochs: 1, batch_size: 8, learning_rates: null },
      stageSeconds: { training },
      dryRun: { isPassed: true, checks: [], figures, estimate: null },
    };
  };
  await database.db.insert(trainingRuns).values([60, 70, 300].map(finished));
  const { lowSeconds, highSeconds } = await estimateSeconds(database.db, SMALL, once, 400);
  expect([lowSeconds, highSeconds]).toEqual([43, 98]);
});

test("after the dry run the whole is the training as it was measured, answering and scoring", async () => {
  const figures = {
    trainedRows: 400,
    steps: 50,
    stepSeconds: 0.8,
    rowsPerStep: 8,
    trainingSeconds: 45,
    peakBytes: 1,
  };
  const config = { epochs: 1, batch_size: 8, learning_rates: null };
  const range = (scoringReads?: number) =>
    estimateAfterDryRun(database.db, "tiny", config, {
      ...figures,
      ...(scoringReads ? { scoringReads } : {}),
    });
  // 45 s, then twice 400 rows at 0.1 s for one read, and 20 s to load: 145 s, give or take.
  const verdict = { lowSeconds: 75, highSeconds: 147 };
  expect(await range(1)).toEqual({ lowSeconds: 104, highSeconds: 203, verdict });
  expect(await range()).toMatchObject({ lowSeconds: 275, highSeconds: 539 });
});
