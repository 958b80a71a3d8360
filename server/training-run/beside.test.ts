import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { makeAccount } from "@/db/factories";
import { trainingRuns } from "@/db/schema";
import { parseEvaluation } from "@/server/evaluation/parse";
import { getPrevious } from "./previous";
import { getSeedSpread } from "./seeds";
import { EVALUATION } from "./stages";
import { evaluationFile, loadRun } from "./test-run";
import { STAGES, startedRunPerTest } from "./test-run-world";

const t = startedRunPerTest();
const previous = (runId = t.runId()) => getPrevious(t.world.as(t.world.builder), runId);

/** The run's evaluation with these questions answered wrong by the adapter. */
async function measure(runId: string, wrong: number) {
  const text = await evaluationFile(t.db, t.snapshotId);
  const file = JSON.parse(text) as { items: { answers: { tuned: { correct: boolean } } }[] };
  file.items.forEach((item, i) => {
    item.answers.tuned.correct = i >= wrong;
  });
  const { sha256 } = await t.world.blobs.put(JSON.stringify(file));
  const { artifacts } = await loadRun(t.db, runId);
  await t.db
    .update(trainingRuns)
    .set({ artifacts: { ...artifacts, [EVALUATION]: sha256 } })
    .where(eq(trainingRuns.id, runId));
  return parseEvaluation(Buffer.from(JSON.stringify(file))).items.length;
}

test("the builder's last training on the same Datanets, paired on the questions of both", async () => {
  for (const stage of STAGES) await t.endStage(stage);
  const first = t.runId();
  const n = await measure(first, 3);
  expect(await previous()).toBeNull();
  await t.start();
  expect(await previous()).toBeNull();
  await measure(t.runId(), 1);
  expect(await previous()).toMatchObject({
    runId: first,
    version: 1,
    preset: "quick",
    paired: { n, fixed: 2, broken: 0, bothWrong: 1, difference: 2 / n },
  });
  // Somebody else's training is no version before of this adapter.
  const other = await makeAccount(t.db);
  await t.db.update(trainingRuns).set({ builderId: other.id }).where(eq(trainingRuns.id, first));
  expect(await previous()).toBeNull();
});

test("the same training with other seeds, whoever trained it; another version, base or setting is none", async () => {
  for (const stage of STAGES) await t.endStage(stage);
  const first = t.runId();
  const n = await measure(first, 3);
  const spread = (runId = t.runId()) => getSeedSpread(t.world.as(t.world.owner), runId);
  expect(await spread()).toBeNull();
  await t.start();
  const second = t.runId();
  await measure(second, 1);
  const config = (await loadRun(t.db, second)).config;
  const set = (values: Partial<typeof trainingRuns.$inferInsert>) =>
    t.db.update(trainingRuns).set(values).where(eq(trainingRuns.id, second));
  // The same seed twice is one training.
  expect(await spread()).toBeNull();
  await set({ seed: 8, config: { ...config, seed: 8 } });
  const found = await spread(first);
  expect(found?.runs).toEqual([
    { runId: first, seed: 7, right: n - 3, n },
    { runId: second, seed: 8, right: n - 1, n },
  ]);
  expect([found!.lowest, found!.highest]).toEqual([(n - 3) / n, (n - 1) / n]);
  expect(found!.deviation).toBeCloseTo(Math.SQRT2 / n, 12);
  await set({ config: { ...config, seed: 8, epochs: 99 } });
  expect(await spread(first)).toBeNull();
  await set({ config: { ...config, seed: 8 }, excludedContributorIds: [t.world.owner.id] });
  expect(await spread(first)).toBeNull();
});
