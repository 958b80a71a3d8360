import { and, eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { adapters, records, trainingRuns } from "@/db/schema";
import { listOwnItems } from "@/server/evaluation/own-items";
import { unreadNotices } from "@/server/notice/queries";
import { listSnapshots } from "@/server/snapshot/queries";
import { createWorld, differentRows } from "@/server/snapshot/test-world";
import { cancelTrainingRun } from "./cancel";
import { compareRuns } from "./compare";
import { createTrainingRun } from "./create";
import { listRuns } from "./list-runs";
import { markRunCommitted } from "./mark-committed";
import { getRun } from "./queries";
import { BEHIND_NOTE } from "./reconcile";
import { listRemovals } from "./removals";
import { startRemovalCheck } from "./start-removal";
import { evaluationFile, loadRun, passChecks } from "./test-run";
import { runWorldPerTest } from "./test-run-world";
import { getTrace } from "./trace";

// 40 rows of one and 40 of another: 8 test questions each, of which 4 are sealed.
const t = runWorldPerTest(() => [differentRows(40), differentRows(40, 100)]);

const builder = () => t.world.as(t.world.builder);
const [good, careless] = [0, 1];
const personId = (i: number) => t.world.contributors[i]!.id;

type Right = (owner: string, i: number) => boolean;

/** An evaluation.json in which the tuned adapter is right where `right` says so, by the question's contributor. */
async function evaluation(right: Right): Promise<string> {
  const file = JSON.parse(await evaluationFile(t.db, t.snapshotId));
  const owners = await t.db
    .select({ id: records.id, owner: records.contributorId })
    .from(records)
    .where(eq(records.datanetId, t.world.datanetId));
  const counts = new Map<string, number>();
  for (const item of file.items) {
    const owner = owners.find(({ id }) => id === item.id)!.owner;
    const i = counts.get(owner) ?? 0;
    counts.set(owner, i + 1);
    item.answers.tuned.correct = right(owner, i);
  }
  return JSON.stringify(file);
}

async function start(more: { fromRunId?: string; excludedContributorIds?: string[]; seed?: number } = {}) {
  const { runId, runCommit } = await createTrainingRun(
    builder(),
    {
      snapshotIds: [t.snapshotId],
      excludedContributorIds: [],
      baseId: "tiny",
      preset: "quick",
      seed: 7,
      ...more,
    },
    t.runner,
  );
  await passChecks(t.db, runId);
  await t.db.transaction((tx) => markRunCommitted(tx, { runCommit }));
  return runId;
}

/** Takes a run to its end on the runner; `right` says what its adapter answers. */
async function finish(
  runId: string,
  right: Right,
  stages = ["baseline", "training", "evaluating", "ability", "scoring"],
) {
  for (const stage of stages) {
    await t.tick();
    const made =
      stage === "evaluating" ? { "evaluation.json": await evaluation(right) } : await t.made(stage, runId);
    t.runner.set(`${runId}-${stage}`, "succeeded", made);
    await t.tick();
  }
}

/** With the careless one's rows half of the other's questions go wrong; without, all are right. */
const withBoth: Right = (owner, i) => owner === personId(good) && i % 2 === 0;
const without: Right = (owner) => owner === personId(good);

test("a check trains the same run without one contributor, measures it and says whether the estimate agrees", async () => {
  const runId = await start();
  await finish(runId, withBoth);
  const { checkId } = await startRemovalCheck(builder(), { runId, contributorId: personId(careless) });
  const [parent, check] = [await loadRun(t.db, runId), await loadRun(t.db, checkId)];
  expect(check).toMatchObject({ kind: "removal", parentRunId: runId, status: "training", seed: parent.seed });
  expect(check.inputs.test).toBe(parent.inputs.test);
  expect(check.inputs.train).not.toBe(parent.inputs.train);
  expect(check.config).toEqual({
    ...parent.config,
    excluded_contributors: [t.world.contributors[careless]!.key.address.toLowerCase()],
  });

  await t.tick();
  expect(t.runner.runs.has(`${checkId}-baseline`)).toBe(false);
  expect(t.runner.runs.get(`${checkId}-training`)!.spec.config).toEqual(
    t.runner.runs.get(`${runId}-training`)!.spec.config,
  );
  await finish(checkId, without, ["training", "evaluating", "weighing"]);
  expect((await loadRun(t.db, checkId)).status).toBe("succeeded");
  expect(t.runner.runs.has(`${checkId}-scoring`)).toBe(false);
  expect(t.runner.runs.get(`${checkId}-weighing`)!.spec.inputs).toEqual({
    test: parent.inputs.test,
    before: parent.artifacts["adapter_model.safetensors"],
    after: (await loadRun(t.db, checkId)).artifacts["adapter_model.safetensors"],
    adapter_config: parent.artifacts["adapter_config.json"],
  });
  expect((await getTrace(builder(), runId)).retrained).toEqual([
    { id: personId(careless), value: -0.25, low: -0.4, high: -0.1 },
  ]);
  expect((await getTrace(builder(), runId)).retrainAgreement).toMatchObject({
    contributors: 2,
    n: 1,
    missing: 2,
    agreement: null,
  });

  const { items, contributors } = await listRemovals(builder(), runId);
  expect(contributors.map(({ rows }) => rows)).toEqual([28, 28]);
  expect(items).toMatchObject([
    {
      id: checkId,
      isFinal: true,
      isMine: true,
      contributor: { id: personId(careless) },
      // The test's influence file says -0.5 (-0.8 to -0.1) of the second contributor.
      estimate: { sign: "-" },
      result: {
        all: { n: 16, fixed: 4, broken: 0, difference: 0.25, pValue: 0.125 },
        others: { n: 8, fixed: 4, broken: 0 },
        sign: "0",
        agreement: "not_confirmed",
      },
    },
  ]);
});

test("a check is nobody's own run: not in lists, not counted, no adapter, told as a check", async () => {
  const runId = await start();
  await finish(runId, withBoth);
  const { checkId } = await startRemovalCheck(builder(), { runId, contributorId: personId(careless) });
  await finish(checkId, without, ["training", "evaluating", "weighing"]);
  const listed = await listRuns(builder(), { limit: 50, offset: 0 });
  expect(listed.items.map(({ id }) => id)).toEqual([runId]);
  expect((await listSnapshots(builder(), t.world.datanetId)).map(({ runs }) => runs)).toEqual([1]);
  const made = await t.db.select({ runId: adapters.runId }).from(adapters);
  expect(made).toEqual([{ runId }]);
  expect((await getRun(builder(), checkId)).adapter).toBeNull();
  const { newest } = await unreadNotices(builder());
  const told = newest.find(({ kind }) => kind === "removal.done");
  expect(told).toMatchObject({ subjectId: checkId, facts: { runId, contributor: "Contributor 2" } });
  // Both runs opened the test, and both say so.
  expect((await getRun(builder(), runId)).evaluation!.openings).toBe(2);
});

test("it waits behind every normal training", async () => {
  const runId = await start();
  await finish(runId, withBoth);
  const other = await start({ seed: 8 });
  const { checkId } = await startRemovalCheck(builder(), { runId, contributorId: personId(careless) });
  await t.tick();
  expect(t.runner.runs.has(`${checkId}-training`)).toBe(false);
  expect((await loadRun(t.db, checkId)).progress).toMatchObject({ note: BEHIND_NOTE });
  await finish(other, withBoth);
  await t.tick();
  expect(t.runner.runs.has(`${checkId}-training`)).toBe(true);
  expect((await loadRun(t.db, checkId)).progress?.note).not.toBe(BEHIND_NOTE);
});

test("asking twice is asking once; a cancelled check may be asked for again", async () => {
  const runId = await start();
  const ask = (i: number) => startRemovalCheck(builder(), { runId, contributorId: personId(i) });
  await expect(ask(careless)).rejects.toMatchObject({ code: "NOT_CHECKABLE" });
  await finish(runId, withBoth);
  const { checkId } = await ask(careless);
  expect(await ask(careless)).toEqual({ checkId });
  expect((await ask(good)).checkId).not.toBe(checkId);
  await cancelTrainingRun(builder(), { runId: checkId });
  expect((await ask(careless)).checkId).not.toBe(checkId);
  const stranger = await createWorld(t.db, []);
  await expect(
    startRemovalCheck(stranger.as(stranger.builder), { runId, contributorId: personId(good) }),
  ).rejects.toMatchObject({ code: "NOT_MEMBER" });
  await expect(
    startRemovalCheck(builder(), { runId, contributorId: t.world.owner.id }),
  ).rejects.toMatchObject({
    code: "NOT_A_CONTRIBUTOR",
  });
  await expect(
    startRemovalCheck(builder(), { runId: checkId, contributorId: personId(good) }),
  ).rejects.toMatchObject({ code: "NOT_CHECKABLE" });
  await stranger.close();
});

test("no more than five checks of one person wait at a time", async () => {
  const rows = differentRows(120, 300);
  const files = Array.from({ length: 6 }, (_, i) => rows.slice(20 * i, 20 * (i + 1)));
  await t.replaceWorld(await createWorld(t.db, files));
  const runId = await start();
  await finish(runId, () => true);
  for (const { id } of t.world.contributors.slice(0, 5))
    await startRemovalCheck(builder(), { runId, contributorId: id });
  await expect(startRemovalCheck(builder(), { runId, contributorId: personId(5) })).rejects.toMatchObject({
    code: "CHECKS_WAITING",
  });
});

test("two runs are paired on the questions both were asked, and on those of people both trained on", async () => {
  const runId = await start();
  await finish(runId, withBoth);
  const again = await start({ fromRunId: runId, excludedContributorIds: [personId(careless)], seed: 9 });
  expect((await getRun(builder(), again)).parentRunId).toBe(runId);
  const ask = () => compareRuns(builder(), { a: runId, b: again });
  await expect(ask()).rejects.toMatchObject({ code: "NOT_MEASURED" });
  await finish(again, without);
  const compared = await ask();
  expect(compared).toMatchObject({
    isChild: true,
    a: { right: 4, n: 16 },
    b: { right: 8, n: 16 },
    shared: { n: 16, fixed: 4, broken: 0, bothRight: 4, bothWrong: 8, difference: 0.25 },
    notShared: { a: 0, b: 0 },
    others: { n: 8, fixed: 4, broken: 0 },
    leftOutOnce: [{ name: "Contributor 2" }],
    settings: [{ name: "seed", a: "7", b: "9" }],
    people: [{ name: "Contributor 2", a: 28, b: 0 }],
    items: { shown: 8, sealed: 8 },
  });
  const sealed = new Set(
    (JSON.parse(await evaluation(without)).items as { id: string; sealed: boolean }[])
      .filter((item) => item.sealed)
      .map(({ id }) => id),
  );
  for (const { id } of compared.items.fixed) expect(sealed.has(id)).toBe(false);
  expect(compared.items.fixedCount).toBe(compared.items.fixed.length);
  expect(compared.items.fixedCount).toBeLessThan(4);
  const back = await compareRuns(builder(), { a: again, b: runId });
  expect(back).toMatchObject({ isChild: false, shared: { fixed: 0, broken: 4, difference: -0.25 } });
});

test("only a training run can be the one whose settings were taken over", async () => {
  const runId = await start();
  await finish(runId, withBoth);
  const { checkId } = await startRemovalCheck(builder(), { runId, contributorId: personId(careless) });
  await expect(start({ fromRunId: checkId })).rejects.toMatchObject({ code: "NOT_FOUND" });
  const own = await t.db
    .select({ id: trainingRuns.id })
    .from(trainingRuns)
    .where(and(eq(trainingRuns.kind, "training"), eq(trainingRuns.parentRunId, checkId)));
  expect(own).toEqual([]);
});

test("whose rows contradict the others stands out in their own questions", async () => {
  const runId = await start();
  expect(await listOwnItems(builder(), runId)).toEqual([]);
  await finish(runId, (owner, i) => owner === personId(good) || i === 0);
  const [first, second] = await listOwnItems(builder(), runId);
  expect(first).toMatchObject({
    id: personId(careless),
    n: 8,
    right: 1,
    othersN: 8,
    othersRight: 8,
    isLower: true,
  });
  // Fisher, one side: 1 of 8 right beside 8 of 8 is 8 of the 11440 ways to place nine right answers; twice that by Holm.
  expect(first!.pValue).toBeCloseTo(16 / 11440, 6);
  expect(second).toMatchObject({ id: personId(good), right: 8, isLower: false });
});
