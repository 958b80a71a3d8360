import { expect, test } from "vitest";
import { chainEvents, records } from "@/db/schema";
import { cancelTrainingRun } from "./cancel";
import { createTrainingRun } from "./create";
import { dueAt } from "./due";
import { getEstimates } from "./estimates";
import { getRun } from "./queries";
import { listQueue } from "./queue";
import { dryRunFile, loadRun, startForTest } from "./test-run";
import { runWorldPerTest } from "./test-run-world";

const t = runWorldPerTest();

const input = () => ({
  snapshotIds: [t.snapshotId],
  excludedContributorIds: [] as string[],
  baseId: "tiny",
  preset: "quick" as const,
  seed: 7,
});
const create = async () => (await createTrainingRun(t.world.as(t.world.builder), input(), t.runner)).runId;
const shown = (runId: string) => getRun(t.world.as(t.world.builder), runId);

test("a new run is tried first, with the very settings and rows of the training", async () => {
  const runId = await create();
  await t.tick();
  const run = await loadRun(t.db, runId);
  const { validation, train } = run.inputs;
  expect(t.runner.runs.get(`${runId}-checking`)!.spec).toEqual({
    recipe: "dry_run",
    config: run.config,
    inputs: { train, validation },
  });
  expect(t.runner.due.get(`${runId}-checking`)).toBe(run.createdAt.getTime() / 1000);
  t.runner.set(`${runId}-checking`, "succeeded", { "dry_run.json": dryRunFile() });
  await t.tick();
  expect(await shown(runId)).toMatchObject({
    status: "commit",
    place: null,
    dryRun: { isPassed: true, figures: { trainedRows: 21, steps: 50 } },
  });
  // Nothing goes on before the signature.
  await t.tick();
  expect((await shown(runId)).status).toBe("commit");
  const { estimate } = (await loadRun(t.db, runId)).dryRun!;
  expect(estimate!.lowSeconds).toBeLessThan(estimate!.highSeconds);
  const next = await getEstimates(t.world.as(t.world.builder), { ...pick(input()), settings: {} }, t.runner);
  expect(next!.presets.quick).toMatchObject({ basis: "checked", runs: 1 });
});

test.each([
  ["its builder", "baseline"],
  ["another account", "commit"],
] as const)(
  "a commitment that came into a block during the checks, sent by %s: the run goes to %s",
  async (by, next) => {
    const runId = await create();
    await t.tick();
    const who = by === "its builder" ? t.world.builder : t.world.owner;
    const { runCommit } = await loadRun(t.db, runId);
    const args = { runCommit: `0x${runCommit}`, committer: who.key.address, blockNumber: "7" };
    await t.db.insert(chainEvents).values({
      chainId: 31_337,
      txHash: `0x${runCommit}`,
      logIndex: 0,
      contract: `0x${"b".repeat(40)}`,
      name: "RunCommitted",
      args,
      blockNumber: 7,
      blockHash: `0x${"7".repeat(64)}`,
    });
    await t.tick();
    expect((await shown(runId)).status).toBe("checking");
    t.runner.set(`${runId}-checking`, "succeeded", { "dry_run.json": dryRunFile() });
    await t.tick();
    await t.tick();
    const run = await loadRun(t.db, runId);
    expect([run.status, run.startedAt !== null]).toEqual([next, next === "baseline"]);
  },
);

test("a failed check ends the run unsigned and names row, file and contributor", async () => {
  const runId = await create();
  await t.tick();
  const [record] = await t.db.select().from(records);
  const failed = {
    check: "longest",
    message: "9 rows are longer than 256 tokens; the longest has 20,013.",
    fix: "Shorten these rows.",
    rows: [{ id: record!.id, tokens: 20_013, becomes: "shortened" }],
  };
  t.runner.set(`${runId}-checking`, "succeeded", { "dry_run.json": dryRunFile(failed) });
  await t.tick();
  const run = await shown(runId);
  expect(run).toMatchObject({
    status: "failed",
    problem: { code: "DRY_RUN_FAILED", message: failed.message, fix: failed.fix },
    transaction: null,
  });
  expect(run.dryRun!.checks[1]!.rows[0]).toMatchObject({
    tokens: 20_013,
    found: { rowNumber: record!.rowNumber, name: "Contributor 1" },
  });
});

test("a check that fails by a code of the runner says what to do", async () => {
  const runId = await create();
  await t.tick();
  const failed = {
    check: "template",
    code: "TEMPLATE_MISMATCH",
    message: "The template writes it differently.",
  };
  t.runner.set(`${runId}-checking`, "succeeded", { "dry_run.json": dryRunFile(failed) });
  await t.tick();
  expect((await shown(runId)).problem!.fix).toBe("Choose another base model, and start a new run.");
});

test("a dry run killed for memory fails with its sentence; a file that is not one is refused", async () => {
  const killed = await create();
  const odd = await create();
  await t.tick();
  t.runner.fail(`${killed}-checking`, "OOM_OR_KILLED", "The process was killed 3 times.");
  t.runner.set(`${odd}-checking`, "succeeded", { "dry_run.json": "{}" });
  await t.tick();
  expect(await shown(killed)).toMatchObject({ status: "failed", problem: { code: "OOM_OR_KILLED" } });
  expect(await shown(odd)).toMatchObject({ status: "failed", problem: { code: "RUNNER_PROTOCOL" } });
});

test("cancelled while it is checked, a run ends", async () => {
  const runId = await create();
  await t.tick();
  await cancelTrainingRun(t.world.as(t.world.builder), { runId });
  t.runner.set(`${runId}-checking`, "cancelled");
  await t.tick();
  expect(await shown(runId)).toMatchObject({ status: "cancelled", dryRun: null });
});

test("the line shows who waits behind whom; a short run is due before a long one that came a little earlier", async () => {
  const first = await startForTest(t.db, t.world, t.snapshotId, t.runner);
  const second = await startForTest(t.db, t.world, t.snapshotId, t.runner);
  await t.tick();
  t.runner.set(`${first}-baseline`, "running");
  await t.tick();
  const line = await listQueue(t.world.as(t.world.builder));
  expect(line.map(({ id, position, isMine }) => [id, position, isMine])).toEqual([
    [first, 0, true],
    [second, 1, true],
  ]);
  expect((await listQueue(t.world.as(t.world.owner)))[0]!.isMine).toBe(false);
  expect((await shown(second)).place).toMatchObject({ position: 1, inLine: 2 });

  const run = await loadRun(t.db, first);
  const lasting = (lowSeconds: number, laterSeconds: number) =>
    dueAt({
      ...run,
      startedAt: new Date(run.startedAt!.getTime() + 1000 * laterSeconds),
      dryRun: {
        isPassed: true,
        checks: [],
        figures: null,
        estimate: { lowSeconds, highSeconds: lowSeconds },
      },
    });
  expect(lasting(60, 120)).toBeLessThan(lasting(3600, 0));
  expect(lasting(60, 3600)).toBeGreaterThan(lasting(3600, 0));
});

const pick = ({ snapshotIds, excludedContributorIds, baseId }: ReturnType<typeof input>) => ({
  snapshotIds,
  excludedContributorIds,
  baseId,
});
