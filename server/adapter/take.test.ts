import { rm } from "node:fs/promises";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { adapterExports, adapters, auditLog, publications } from "@/db/schema";
import type { Context } from "@/server/context";
import { requireBuilder } from "@/server/publication/policy";
import { createWorld, type World } from "@/server/snapshot/test-world";
import { getRun } from "@/server/training-run/queries";
import { startMeasureRun } from "@/server/training-run/start-measure";
import { abilityFile, evaluationFile } from "@/server/training-run/test-run";
import { runWorldPerTest } from "@/server/training-run/test-run-world";
import { importAdapter } from "./import-adapter";
import { openExport } from "./open-export";
import { getAdapter, listAdapters } from "./queries";
import { reconcileExports } from "./reconcile-exports";
import { startExport } from "./start-export";
import { takeAdapter } from "./take";
import { getTakeState } from "./take-state";
import { adapterConfig, adapterWeights, sentAdapter } from "./test-adapter";
import { readZip } from "./zip/read-zip";

const t = runWorldPerTest();

const weights = (fill = 0.5) => adapterWeights({ fill });

const about = { name: "From afar", baseId: "tiny", licence: "mit", source: "a friend" };
const bring = (who: World["owner"], file = weights(), more = {}) =>
  importAdapter(t.world.as(who), { about: { ...about, ...more }, ...sentAdapter(file) }, t.runner);
const visitor = (): Context => ({ ...t.world.as(t.world.owner), actor: null });

const golden = [{ prompt: "p", rendered: "<|user|>p<|assistant|>", rendered_sha256: "00", text: "animal" }];

/** Brought in and measured: a run without a training, to a verdict. */
async function measured(): Promise<{ adapterId: string; runId: string }> {
  const { adapterId } = await bring(t.world.builder);
  const { runId } = await startMeasureRun(
    t.world.as(t.world.builder),
    { adapterId, snapshotId: t.snapshotId },
    t.runner,
  );
  await t.tick();
  t.runner.set(`${runId}-baseline`, "succeeded", {
    "evaluation.json": await evaluationFile(t.db, t.snapshotId, ["base", "majority", "prompted"]),
  });
  await t.tick();
  await t.tick();
  const evaluation = JSON.parse(await evaluationFile(t.db, t.snapshotId));
  t.runner.set(`${runId}-evaluating`, "succeeded", {
    "evaluation.json": JSON.stringify({ ...evaluation, golden }),
  });
  await t.tick();
  await t.tick();
  t.runner.set(`${runId}-ability`, "succeeded", { "ability.json": abilityFile() });
  await t.tick();
  return { adapterId, runId };
}

test("an adapter made elsewhere is kept with what its files say, and listed as such", async () => {
  const { adapterId } = await bring(t.world.builder);
  const adapter = await getAdapter(visitor(), adapterId);
  expect(adapter).toMatchObject({
    origin: "imported",
    licence: "MIT",
    runId: null,
    datanetId: null,
    verdict: null,
  });
  expect(adapter.imported).toMatchObject({
    baseHash: "ba".repeat(32),
    statedBase: "someone/tiny",
    rank: 2,
    modules: ["q_proj"],
    dtype: "F32",
    parameters: 24,
    source: "a friend",
  });
  expect((await listAdapters(visitor(), { limit: 50, offset: 0 })).items.map(({ id }) => id)).toEqual([
    adapterId,
  ]);
  await expect(requireBuilder(t.db, t.world.as(t.world.builder).actor, adapterId)).rejects.toMatchObject({
    code: "MADE_ELSEWHERE",
  });
  const audit = await t.db
    .select()
    .from(auditLog)
    .where(eq(auditLog.subject, `adapter:${adapterId}`));
  expect(audit.map(({ action }) => action)).toEqual(["adapter.import"]);
});

test("the same file is refused to the same person, with its address, and taken from another", async () => {
  const { adapterId } = await bring(t.world.builder);
  await expect(bring(t.world.builder)).rejects.toMatchObject({
    code: "DUPLICATE_ADAPTER",
    adapterId,
  });
  await bring(t.world.owner);
  expect(await t.db.select().from(adapters)).toHaveLength(2);
});

test("an unknown base, an unknown licence and infinite numbers leave nothing behind", async () => {
  await expect(bring(t.world.builder, weights(), { baseId: "other" })).rejects.toMatchObject({
    code: "BASE_UNKNOWN",
  });
  await expect(bring(t.world.builder, weights(), { licence: "mine" })).rejects.toMatchObject({
    code: "LICENCE_REQUIRED",
  });
  await expect(bring(t.world.builder, weights(Number.NaN))).rejects.toMatchObject({ code: "ADAPTER_NAN" });
  expect(await t.db.select().from(adapters)).toEqual([]);
});

test("it is measured without a training, and its page has the verdict; no influence", async () => {
  const { adapterId, runId } = await measured();
  const run = await getRun(t.world.as(t.world.builder), runId);
  expect(run).toMatchObject({ kind: "measure", status: "succeeded", hasAbility: true, hasInfluence: false });
  expect(Object.keys(run.stageSeconds).sort()).toEqual(["ability", "baseline", "evaluating"]);
  expect(run.evaluation).toMatchObject({ verdict: "better", opening: 1 });
  expect(run.adapter).toMatchObject({ id: adapterId, isOfEarlierRun: false });
  expect([...t.runner.runs.keys()]).toEqual([`${runId}-baseline`, `${runId}-evaluating`, `${runId}-ability`]);
  expect(await getAdapter(visitor(), adapterId)).toMatchObject({
    runId,
    verdict: "better",
    datanetId: t.world.datanetId,
  });
});

test("only its importer measures it, and only on a version they may use", async () => {
  const { adapterId } = await bring(t.world.owner);
  await expect(
    startMeasureRun(t.world.as(t.world.builder), { adapterId, snapshotId: t.snapshotId }, t.runner),
  ).rejects.toMatchObject({ code: "NOT_BUILDER" });
  const stranger = await createWorld(t.db, []);
  const theirs = await importAdapter(
    stranger.as(stranger.builder),
    {
      about,
      files: [
        { name: "adapter_config.json", bytes: adapterConfig().length },
        { name: "adapter_model.safetensors", bytes: weights().length },
      ],
      content: Buffer.concat([Buffer.from(adapterConfig()), weights()]),
    },
    t.runner,
  );
  await expect(
    startMeasureRun(
      stranger.as(stranger.builder),
      { adapterId: theirs.adapterId, snapshotId: t.snapshotId },
      t.runner,
    ),
  ).rejects.toMatchObject({ code: "NOT_MEMBER" });
  await stranger.close();
});

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

test("the archive of an adapter is the same bytes each time, and says what is known", async () => {
  const { adapterId } = await measured();
  const first = await takeAdapter(visitor(), { adapterId }, t.runner);
  const archive = await bytesOf(first.stream);
  expect(archive.length).toBe(first.bytes);
  expect(first.fileName).toBe("from-afar.zip");
  const again = await takeAdapter(visitor(), { adapterId }, t.runner);
  expect([again.etag, (await bytesOf(again.stream)).equals(archive)]).toEqual([first.etag, true]);
  const entries = readZip(archive, { entries: 20, bytes: 1e7, ratio: 1 });
  expect(entries.map(({ name }) => name)).toEqual([
    "README.md",
    "ability.json",
    "adapter_config.json",
    "adapter_model.safetensors",
    "evaluation.json",
  ]);
  const read = (name: string) => entries.find((entry) => entry.name === name)!.read();
  expect(read("adapter_model.safetensors").equals(weights())).toBe(true);
  const readme = read("README.md").toString("utf8");
  expect(readme).toContain("## Verdict: Better");
  expect(readme).toContain("General ability was lost: 60 of 80 questions outside this task");
  expect(readme).toContain("Made elsewhere: nothing is known here of its training data");
  expect(readme).toContain(`hash of its files: \`${"ba".repeat(32)}\``);
  expect(readme).toMatch(
    /## How to ask it\n\nIt was measured with [\s\S]+\n\n {4}You sort texts into one of these labels: /,
  );
  const evaluation = JSON.parse(read("evaluation.json").toString("utf8"));
  const sealed = evaluation.items.filter((item: { sealed: boolean }) => item.sealed);
  expect(sealed.length).toBeGreaterThan(0);
  for (const item of sealed) expect(Object.keys(item).sort()).toEqual(["answers", "id", "sealed"]);
});

const exportDeps = () => ({ db: t.db, blobs: t.world.blobs, runner: t.runner });
const report = (more = {}) =>
  JSON.stringify({
    dtype: "float16",
    answers: 1,
    equal: 1,
    recorded_equal: 1,
    max_logit_difference: 0.002,
    tolerance: 0.1,
    tokenizer: "same tokens",
    ...more,
  });
const idOf = async (adapterId: string) =>
  (await t.db.select().from(adapterExports).where(eq(adapterExports.adapterId, adapterId)))[0]!;

test("an export is one run however often it is asked for, and offered once it was re-tested", async () => {
  const { adapterId } = await measured();
  const ask = () => startExport(t.world.as(t.world.builder), { adapterId, format: "gguf" });
  expect(await ask()).toEqual(await ask());
  await reconcileExports(exportDeps());
  await reconcileExports(exportDeps());
  const { id } = await idOf(adapterId);
  const spec = t.runner.runs.get(`${id}-export-1`)!.spec;
  expect(spec).toMatchObject({
    recipe: "export",
    config: {
      base: "tiny",
      format: "gguf",
      licence: "MIT",
      golden: [{ rendered: golden[0]!.rendered, text: "animal" }],
    },
  });
  await expect(
    openExport(t.world.as(t.world.builder), { adapterId, format: "gguf" }, t.runner),
  ).rejects.toMatchObject({ code: "NOT_FOUND" });
  t.runner.set(`${id}-export-1`, "succeeded", { "model.gguf": "GGUF...", "export.json": report() });
  await reconcileExports(exportDeps());
  const state = await getTakeState(t.world.as(t.world.builder), adapterId);
  expect(state.exports.find(({ format }) => format === "gguf")).toMatchObject({
    status: "ready",
    bytes: 7,
    report: { answers: 1, equal: 1, recorded: 1, dtype: "float16", maxLogitDifference: 0.002 },
  });
  const file = await openExport(t.world.as(t.world.builder), { adapterId, format: "gguf" }, t.runner);
  expect([file.fileName, (await bytesOf(file.stream)).toString()]).toEqual(["from-afar-f16.gguf", "GGUF..."]);
  expect(await ask()).toEqual({ exportId: id });
  expect((await idOf(adapterId)).fence).toBe(1);
});

test("a failed re-test says why, and may be asked for again as another run", async () => {
  const { adapterId } = await measured();
  const ask = () => startExport(t.world.as(t.world.builder), { adapterId, format: "merged" });
  await ask();
  await reconcileExports(exportDeps());
  const { id } = await idOf(adapterId);
  t.runner.fail(`${id}-export-1`, "EXPORT_DIFFERS", "Read back, the file gave 7 of 8 golden answers.");
  await reconcileExports(exportDeps());
  expect(await idOf(adapterId)).toMatchObject({
    status: "failed",
    problem: { code: "EXPORT_DIFFERS", message: "Read back, the file gave 7 of 8 golden answers." },
  });
  await ask();
  await reconcileExports(exportDeps());
  // A runner that calls a failed re-test a success is not believed.
  t.runner.set(`${id}-export-2`, "succeeded", {
    "model.safetensors": "x",
    "export.json": report({ equal: 0 }),
  });
  await reconcileExports(exportDeps());
  expect(await idOf(adapterId)).toMatchObject({
    status: "failed",
    problem: { code: "RUNNER_PROTOCOL" },
    files: [],
  });
});

test("an export whose file is gone says so, and is made anew when somebody asks", async () => {
  const { adapterId } = await measured();
  const me = t.world.as(t.world.builder);
  await startExport(me, { adapterId, format: "gguf" });
  await reconcileExports(exportDeps());
  const { id } = await idOf(adapterId);
  t.runner.set(`${id}-export-1`, "succeeded", { "model.gguf": "GGUF", "export.json": report() });
  await reconcileExports(exportDeps());
  const [file] = (await t.db.select().from(adapterExports).where(eq(adapterExports.id, id)))[0]!.files;
  await rm(t.world.blobs.path(file!.sha256));
  const take = () => openExport(me, { adapterId, format: "gguf" }, t.runner);
  await expect(take()).rejects.toMatchObject({ code: "EXPORT_LOST", status: 404 });
  const { exports } = await getTakeState(me, adapterId);
  expect(exports.find(({ format }) => format === "gguf")).toMatchObject({
    status: "failed",
    problem: { code: "EXPORT_LOST" },
  });
  await startExport(me, { adapterId, format: "gguf" });
  await reconcileExports(exportDeps());
  t.runner.set(`${id}-export-2`, "succeeded", { "model.gguf": "GGUF", "export.json": report() });
  await reconcileExports(exportDeps());
  expect((await take()).bytes).toBe(4);
});

test("exports are the builder's until the adapter is published; then everybody's", async () => {
  const { adapterId } = await measured();
  const stranger = t.world.as(t.world.owner);
  await expect(startExport(stranger, { adapterId, format: "gguf" })).rejects.toMatchObject({
    code: "NOT_PUBLISHED",
  });
  await startExport(t.world.as(t.world.builder), { adapterId, format: "gguf" });
  await reconcileExports(exportDeps());
  const { id } = await idOf(adapterId);
  t.runner.set(`${id}-export-1`, "succeeded", { "model.gguf": "GGUF", "export.json": report() });
  await reconcileExports(exportDeps());
  const take = () => openExport(visitor(), { adapterId, format: "gguf" }, t.runner);
  await expect(take()).rejects.toMatchObject({ code: "NOT_PUBLISHED" });
  expect((await getTakeState(visitor(), adapterId)).mayTakeExports).toBe(false);
  await t.db.insert(publications).values({ adapterId, status: "final", tokenId: 1n });
  expect((await take()).bytes).toBe(4);
  expect(await getTakeState(visitor(), adapterId)).toMatchObject({
    mayTakeExports: true,
    mayStartExports: false,
  });
});

test("an adapter that was never measured has no answers to test an export on", async () => {
  const { adapterId } = await bring(t.world.builder);
  await expect(startExport(t.world.as(t.world.builder), { adapterId, format: "gguf" })).rejects.toMatchObject(
    {
      code: "EXPORT_UNMEASURED",
    },
  );
});
