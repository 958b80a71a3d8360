import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { adapterExports, adapters, auditLog, publications } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import type { Context } from "@/server/context";
import { requireBuilder } from "@/server/publication/policy";
import { createWorld, differentRows, type World } from "@/server/snapshot/test-world";
import { getRun } from "@/server/training-run/queries";
import { reconcileTrainingRuns } from "@/server/training-run/reconcile";
import { startMeasureRun } from "@/server/training-run/start-measure";
import { evaluationFile, freezeForTest } from "@/server/training-run/test-run";
import { MemoryRunner } from "@/server/training-run/test-runner";
import { importAdapter } from "./import-adapter";
import { openExport } from "./open-export";
import { getAdapter, listAdapters } from "./queries";
import { reconcileExports } from "./reconcile-exports";
import { startExport } from "./start-export";
import { takeAdapter } from "./take";
import { getTakeState } from "./take-state";
import { readZip } from "./zip/read-zip";

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
  world = await createWorld(database.db, [differentRows(30)]);
  runner = new MemoryRunner();
  snapshotId = await freezeForTest(database.db, world);
  return () => world.close();
});

const Q = "base_model.model.model.layers.0.self_attn.q_proj";
const CONFIG = JSON.stringify({
  peft_type: "LORA",
  r: 2,
  lora_alpha: 4,
  target_modules: ["q_proj"],
  base_model_name_or_path: "someone/tiny",
});

function weights(fill = 0.5): Buffer {
  const header = Buffer.from(
    JSON.stringify({
      [`${Q}.lora_A.weight`]: { dtype: "F32", shape: [2, 4], data_offsets: [0, 32] },
      [`${Q}.lora_B.weight`]: { dtype: "F32", shape: [8, 2], data_offsets: [32, 96] },
    }),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const data = Buffer.alloc(96);
  for (let at = 0; at < 96; at += 4) data.writeFloatLE(fill, at);
  return Buffer.concat([length, header, data]);
}

const about = { name: "From afar", baseId: "tiny", licence: "mit", source: "a friend" };
const bring = (who: World["owner"], file = weights(), more = {}) =>
  importAdapter(
    world.as(who),
    {
      about: { ...about, ...more },
      files: [
        { name: "adapter_model.safetensors", bytes: file.length },
        { name: "adapter_config.json", bytes: CONFIG.length },
      ],
      content: Buffer.concat([file, Buffer.from(CONFIG)]),
    },
    runner,
  );
const visitor = (): Context => ({ ...world.as(world.owner), actor: null });

const golden = [{ prompt: "p", rendered: "<|user|>p<|assistant|>", rendered_sha256: "00", text: "animal" }];

/** Brought in and measured: a run without a training, to a verdict. */
async function measured(): Promise<{ adapterId: string; runId: string }> {
  const { adapterId } = await bring(world.builder);
  const { runId } = await startMeasureRun(world.as(world.builder), { adapterId, snapshotId }, runner);
  const deps = { db: database.db, blobs: world.blobs, runner };
  await reconcileTrainingRuns(deps);
  runner.set(`${runId}-baseline`, "succeeded", {
    "evaluation.json": await evaluationFile(database.db, snapshotId, ["base", "majority", "prompted"]),
  });
  await reconcileTrainingRuns(deps);
  await reconcileTrainingRuns(deps);
  const evaluation = JSON.parse(await evaluationFile(database.db, snapshotId));
  runner.set(`${runId}-evaluating`, "succeeded", {
    "evaluation.json": JSON.stringify({ ...evaluation, golden }),
  });
  await reconcileTrainingRuns(deps);
  return { adapterId, runId };
}

test("an adapter made elsewhere is kept with what its files say, and listed as such", async () => {
  const { adapterId } = await bring(world.builder);
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
  await expect(requireBuilder(database.db, world.as(world.builder).actor, adapterId)).rejects.toMatchObject({
    code: "MADE_ELSEWHERE",
  });
  const audit = await database.db
    .select()
    .from(auditLog)
    .where(eq(auditLog.subject, `adapter:${adapterId}`));
  expect(audit.map(({ action }) => action)).toEqual(["adapter.import"]);
});

test("the same file is refused to the same person, with its address, and taken from another", async () => {
  const { adapterId } = await bring(world.builder);
  await expect(bring(world.builder)).rejects.toMatchObject({
    code: "DUPLICATE_ADAPTER",
    adapterId,
  });
  await bring(world.owner);
  expect(await database.db.select().from(adapters)).toHaveLength(2);
});

test("an unknown base, an unknown licence and infinite numbers leave nothing behind", async () => {
  await expect(bring(world.builder, weights(), { baseId: "other" })).rejects.toMatchObject({
    code: "BASE_UNKNOWN",
  });
  await expect(bring(world.builder, weights(), { licence: "mine" })).rejects.toMatchObject({
    code: "LICENCE_REQUIRED",
  });
  await expect(bring(world.builder, weights(Number.NaN))).rejects.toMatchObject({ code: "ADAPTER_NAN" });
  expect(await database.db.select().from(adapters)).toEqual([]);
});

test("it is measured without a training, and its page has the verdict; no influence", async () => {
  const { adapterId, runId } = await measured();
  const run = await getRun(world.as(world.builder), runId);
  expect(run).toMatchObject({ kind: "measure", status: "succeeded", hasInfluence: false });
  expect(Object.keys(run.stageSeconds).sort()).toEqual(["baseline", "evaluating"]);
  expect(run.evaluation).toMatchObject({ verdict: "better", opening: 1 });
  expect(run.adapter).toMatchObject({ id: adapterId, isOfEarlierRun: false });
  expect([...runner.runs.keys()]).toEqual([`${runId}-baseline`, `${runId}-evaluating`]);
  expect(await getAdapter(visitor(), adapterId)).toMatchObject({
    runId,
    verdict: "better",
    datanetId: world.datanetId,
  });
});

test("only its importer measures it, and only on a version they may use", async () => {
  const { adapterId } = await bring(world.owner);
  await expect(
    startMeasureRun(world.as(world.builder), { adapterId, snapshotId }, runner),
  ).rejects.toMatchObject({ code: "NOT_BUILDER" });
  const stranger = await createWorld(database.db, []);
  const theirs = await importAdapter(
    stranger.as(stranger.builder),
    {
      about,
      files: [
        { name: "adapter_config.json", bytes: CONFIG.length },
        { name: "adapter_model.safetensors", bytes: weights().length },
      ],
      content: Buffer.concat([Buffer.from(CONFIG), weights()]),
    },
    runner,
  );
  await expect(
    startMeasureRun(stranger.as(stranger.builder), { adapterId: theirs.adapterId, snapshotId }, runner),
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
  const first = await takeAdapter(visitor(), { adapterId }, runner);
  const archive = await bytesOf(first.stream);
  expect(archive.length).toBe(first.bytes);
  expect(first.fileName).toBe("from-afar.zip");
  const again = await takeAdapter(visitor(), { adapterId }, runner);
  expect([again.etag, (await bytesOf(again.stream)).equals(archive)]).toEqual([first.etag, true]);
  const entries = readZip(archive, { entries: 20, bytes: 1e7, ratio: 1 });
  expect(entries.map(({ name }) => name)).toEqual([
    "README.md",
    "adapter_config.json",
    "adapter_model.safetensors",
    "evaluation.json",
  ]);
  const read = (name: string) => entries.find((entry) => entry.name === name)!.read();
  expect(read("adapter_model.safetensors").equals(weights())).toBe(true);
  const readme = read("README.md").toString("utf8");
  expect(readme).toContain("## Verdict: Better");
  expect(readme).toContain("Made elsewhere: nothing is known here of its training data");
  expect(readme).toContain(`hash of its files: \`${"ba".repeat(32)}\``);
  const evaluation = JSON.parse(read("evaluation.json").toString("utf8"));
  const sealed = evaluation.items.filter((item: { sealed: boolean }) => item.sealed);
  expect(sealed.length).toBeGreaterThan(0);
  for (const item of sealed) expect(Object.keys(item).sort()).toEqual(["answers", "id", "sealed"]);
});

const exportDeps = () => ({ db: database.db, blobs: world.blobs, runner });
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
  (await database.db.select().from(adapterExports).where(eq(adapterExports.adapterId, adapterId)))[0]!;

test("an export is one run however often it is asked for, and offered once it was re-tested", async () => {
  const { adapterId } = await measured();
  const ask = () => startExport(world.as(world.builder), { adapterId, format: "gguf" });
  expect(await ask()).toEqual(await ask());
  await reconcileExports(exportDeps());
  await reconcileExports(exportDeps());
  const { id } = await idOf(adapterId);
  const spec = runner.runs.get(`${id}-export-1`)!.spec;
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
    openExport(world.as(world.builder), { adapterId, format: "gguf" }, runner),
  ).rejects.toMatchObject({ code: "NOT_FOUND" });
  runner.set(`${id}-export-1`, "succeeded", { "model.gguf": "GGUF...", "export.json": report() });
  await reconcileExports(exportDeps());
  const state = await getTakeState(world.as(world.builder), adapterId);
  expect(state.exports.find(({ format }) => format === "gguf")).toMatchObject({
    status: "ready",
    bytes: 7,
    report: { answers: 1, equal: 1, recorded: 1, dtype: "float16", maxLogitDifference: 0.002 },
  });
  const file = await openExport(world.as(world.builder), { adapterId, format: "gguf" }, runner);
  expect([file.fileName, (await bytesOf(file.stream)).toString()]).toEqual(["from-afar-f16.gguf", "GGUF..."]);
  expect(await ask()).toEqual({ exportId: id });
  expect((await idOf(adapterId)).fence).toBe(1);
});

test("a failed re-test says why, and may be asked for again as another run", async () => {
  const { adapterId } = await measured();
  const ask = () => startExport(world.as(world.builder), { adapterId, format: "merged" });
  await ask();
  await reconcileExports(exportDeps());
  const { id } = await idOf(adapterId);
  runner.fail(`${id}-export-1`, "EXPORT_DIFFERS", "Read back, the file gave 7 of 8 golden answers.");
  await reconcileExports(exportDeps());
  expect(await idOf(adapterId)).toMatchObject({
    status: "failed",
    problem: { code: "EXPORT_DIFFERS", message: "Read back, the file gave 7 of 8 golden answers." },
  });
  await ask();
  await reconcileExports(exportDeps());
  // A runner that calls a failed re-test a success is not believed.
  runner.set(`${id}-export-2`, "succeeded", {
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

test("exports are the builder's until the adapter is published; then everybody's", async () => {
  const { adapterId } = await measured();
  const stranger = world.as(world.owner);
  await expect(startExport(stranger, { adapterId, format: "gguf" })).rejects.toMatchObject({
    code: "NOT_PUBLISHED",
  });
  await startExport(world.as(world.builder), { adapterId, format: "gguf" });
  await reconcileExports(exportDeps());
  const { id } = await idOf(adapterId);
  runner.set(`${id}-export-1`, "succeeded", { "model.gguf": "GGUF", "export.json": report() });
  await reconcileExports(exportDeps());
  const take = () => openExport(visitor(), { adapterId, format: "gguf" }, runner);
  await expect(take()).rejects.toMatchObject({ code: "NOT_PUBLISHED" });
  expect((await getTakeState(visitor(), adapterId)).mayTakeExports).toBe(false);
  await database.db.insert(publications).values({ adapterId, status: "final", tokenId: 1n });
  expect((await take()).bytes).toBe(4);
  expect(await getTakeState(visitor(), adapterId)).toMatchObject({
    mayTakeExports: true,
    mayStartExports: false,
  });
});

test("an adapter that was never measured has no answers to test an export on", async () => {
  const { adapterId } = await bring(world.builder);
  await expect(startExport(world.as(world.builder), { adapterId, format: "gguf" })).rejects.toMatchObject({
    code: "EXPORT_UNMEASURED",
  });
});
