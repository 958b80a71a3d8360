import { expect, test } from "vitest";
import { adapters, publications } from "@/db/schema";
import { unreadNotices } from "@/server/notice/queries";
import { loadFacts } from "@/server/publication/facts";
import { markPublished } from "@/server/publication/mark-published";
import { checkNotPublished } from "@/server/publication/same-file";
import { cancelTrainingRun } from "./cancel";
import { getRun } from "./queries";
import { loadRun } from "./test-run";
import { STAGES, startedRunPerTest } from "./test-run-world";

const t = startedRunPerTest();

test("the same settings and data make the same file: the earlier adapter stands for both runs", async () => {
  for (const stage of STAGES) await t.endStage(stage);
  const first = t.runId();
  await t.start();
  const same = await loadRun(t.db, first);
  await t.endStage("baseline");
  await t.tick();
  t.runner.set(t.stageId("training"), "succeeded", {
    ...(await t.madeIn("training")),
    "adapter_model.safetensors": `weights of ${first}`,
  });
  await t.tick();
  const shown = await getRun(t.world.as(t.world.builder), t.runId());
  expect(shown.adapter).toMatchObject({
    sha256: same.artifacts["adapter_model.safetensors"],
    runId: first,
    isOfEarlierRun: true,
  });
});

test("a cancelled run leaves the same file to the run that measures it", async () => {
  await t.reach("training");
  await cancelTrainingRun(t.world.as(t.world.builder), { runId: t.runId() });
  t.runner.set(t.stageId("training"), "cancelled", await t.madeIn("training"));
  await t.tick();
  const first = t.runId();
  expect((await t.run()).status).toBe("cancelled");
  await t.start();
  await t.endStage("baseline");
  await t.tick();
  t.runner.set(t.stageId("training"), "succeeded", {
    ...(await t.madeIn("training")),
    "adapter_model.safetensors": `weights of ${first}`,
  });
  await t.tick();
  const shown = await getRun(t.world.as(t.world.builder), t.runId());
  expect(shown.adapter).toMatchObject({ runId: t.runId(), isOfEarlierRun: false });
  expect(await t.db.select().from(adapters)).toHaveLength(1);
  await t.endStage("evaluating");
  await t.endStage("ability");
  await t.endStage("scoring");
  // The end of one's own doing is not told; the other is.
  const { newest } = await unreadNotices(t.world.as(t.world.builder));
  expect(newest.map(({ kind, subjectId }) => [kind, subjectId])).toContainEqual(["run.finished", t.runId()]);
  expect(newest.map(({ subjectId }) => subjectId)).not.toContain(first);
});

test("a blocked publication does not hold the file, nor does a run that is stopped while the next one trains", async () => {
  const weights = { "adapter_model.safetensors": "weights of both" };
  await t.reach("training");
  t.runner.set(t.stageId("training"), "succeeded", { ...(await t.madeIn("training")), ...weights });
  await t.tick();
  const first = t.runId();
  const [adapter] = await t.db.select().from(adapters);
  await t.db.insert(publications).values({ adapterId: adapter!.id, status: "blocked" });
  await t.start();
  await t.endStage("baseline");
  await t.tick();
  t.runner.set(t.stageId("training"), "succeeded", { ...(await t.madeIn("training")), ...weights });
  await t.tick();
  expect((await getRun(t.world.as(t.world.builder), t.runId())).adapter).toMatchObject({ runId: first });
  await cancelTrainingRun(t.world.as(t.world.builder), { runId: first });
  t.runner.set(`${first}-evaluating`, "cancelled");
  await t.tick();
  await t.endStage("evaluating");
  const shown = await getRun(t.world.as(t.world.builder), t.runId());
  expect(shown.adapter).toMatchObject({ id: adapter!.id, runId: t.runId(), isOfEarlierRun: false });
});

test("two builders who make the very same file have an adapter each, and the chain's record is its creator's", async () => {
  await t.reach("training");
  t.runner.set(t.stageId("training"), "succeeded", {
    ...(await t.madeIn("training")),
    "adapter_model.safetensors": "weights",
  });
  await t.tick();
  const mine = (await getRun(t.world.as(t.world.builder), t.runId())).adapter!;
  const other = { ...t.world, builder: t.world.owner };
  await t.start(other);
  await t.endStage("baseline");
  await t.tick();
  t.runner.set(t.stageId("training"), "succeeded", {
    ...(await t.madeIn("training")),
    "adapter_model.safetensors": "weights",
  });
  await t.tick();
  const theirs = (await getRun(t.world.as(t.world.owner), t.runId())).adapter!;
  expect(theirs).toMatchObject({ sha256: mine.sha256, runId: t.runId(), isOfEarlierRun: false });
  expect(theirs.id).not.toBe(mine.id);

  await t.db.insert(publications).values([
    { adapterId: mine.id, status: "submitted" },
    { adapterId: theirs.id, status: "blocked" },
  ]);
  await t.db.transaction((tx) =>
    markPublished(
      tx,
      { tokenId: 3n, creator: t.world.builder.key.address, artifactHash: mine.sha256, txHash: "0x01" },
      "final",
    ),
  );
  const states = await t.db.select().from(publications);
  expect(states.map(({ adapterId, status, tokenId }) => [adapterId, status, tokenId]).sort()).toEqual(
    [
      [mine.id, "final", 3n],
      [theirs.id, "blocked", null],
    ].sort(),
  );
  const check = await checkNotPublished(t.db, await loadFacts(t.db, theirs.id));
  expect(check).toMatchObject({ ok: false });
  expect(check.detail).toContain("Bela has published it as adapter number 3");
  expect(await checkNotPublished(t.db, await loadFacts(t.db, mine.id))).toMatchObject({
    ok: true,
  });
});
