import { expect, test } from "vitest";
import { cancelTrainingRun } from "./cancel";
import { getRun } from "./queries";
import { startedRunPerTest } from "./test-run-world";

const t = startedRunPerTest();

test("cancelling a training keeps its best adapter, not evaluated", async () => {
  await t.reach("training");
  await cancelTrainingRun(t.world.as(t.world.builder), { runId: t.runId() });
  await cancelTrainingRun(t.world.as(t.world.builder), { runId: t.runId() });
  await t.tick();
  expect(t.runner.calls).toContain("cancel");
  expect((await t.run()).progress?.note).toBe("Stopping; the best adapter so far is kept.");
  t.runner.set(t.stageId("training"), "cancelled", await t.madeIn("training"));
  await t.tick();
  const shown = await getRun(t.world.as(t.world.builder), t.runId());
  expect(shown).toMatchObject({ status: "cancelled", evaluation: null });
  expect(shown.adapter).not.toBeNull();
});

test("cancelling before there is an adapter leaves none", async () => {
  await t.reach("training");
  await cancelTrainingRun(t.world.as(t.world.builder), { runId: t.runId() });
  t.runner.set(t.stageId("training"), "cancelled");
  await t.tick();
  expect(await getRun(t.world.as(t.world.builder), t.runId())).toMatchObject({
    status: "cancelled",
    adapter: null,
  });
});

test("only the builder cancels", async () => {
  await expect(cancelTrainingRun(t.world.as(t.world.owner), { runId: t.runId() })).rejects.toMatchObject({
    code: "NOT_BUILDER",
  });
});
