import { eq } from "drizzle-orm";
import { decodeFunctionData } from "viem";
import { expect, test } from "vitest";
import { adapterRegistryAbi } from "@/contracts/generated/abi";
import { datanets, snapshots } from "@/db/schema";
import { jsonHash, runCommitHash } from "@/server/chain/hash";
import { RunnerError } from "@/server/runner/client";
import { createWorld, differentRows } from "@/server/snapshot/test-world";
import { cancelTrainingRun } from "./cancel";
import { createTrainingRun } from "./create";
import { getEstimates } from "./estimates";
import { markRunCommitted } from "./mark-committed";
import { getTrainingOptions } from "./options";
import { prepareRunCommit } from "./prepare-commit";
import { getRun } from "./queries";
import { CreateTrainingRunInput } from "./schemas";
import { freezeForTest, loadRun, passChecks } from "./test-run";
import { runWorldPerTest } from "./test-run-world";
import { MemoryRunner } from "./test-runner";

const t = runWorldPerTest();

const input = () => ({
  snapshotIds: [t.snapshotId],
  excludedContributorIds: [] as string[],
  baseId: "tiny",
  preset: "quick" as const,
  seed: 7,
});
const create = () => createTrainingRun(t.world.as(t.world.builder), input(), t.runner);

test("a run fixes files, settings, metric and hypothesis, and commits to them with a salted hash", async () => {
  const { runId, runCommit } = await create();
  const run = await loadRun(t.db, runId);
  const [snapshot] = await t.db.select().from(snapshots).where(eq(snapshots.id, t.snapshotId));
  expect(run).toMatchObject({
    status: "checking",
    metric: "accuracy",
    preset: "quick",
    seed: 7,
    baseId: "tiny",
  });
  expect(run.hypothesis).toBe(
    "On the 6 locked test questions the adapter has a higher accuracy than Tiny alone (exact McNemar test, two-sided, " +
      "p < 0.05), and a higher one than always giving the most frequent training answer.",
  );
  expect(run.configHash).toBe(jsonHash(run.config));
  expect(runCommit).toBe(
    runCommitHash({
      salt: run.commitSalt,
      splitHash: snapshot!.splitSha256!,
      metric: run.metric,
      hypothesis: run.hypothesis,
      configHash: run.configHash,
      batches: [{ datanetId: String(t.world.chainDatanetId), batch: 1, root: snapshot!.root! }],
    }),
  );
  const lines = async (name: string) =>
    (await t.world.blobs.get(run.inputs[name]!))
      .toString("utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  const [train, validation, tested] = await Promise.all(["train", "validation", "test"].map(lines));
  expect([train!.length, validation!.length, tested!.length]).toEqual([21, 3, 6]);
  expect(Object.keys(train![0]).sort()).toEqual([
    "answer",
    "category",
    "cluster",
    "contribution",
    "contributor",
    "datanet",
    "id",
    "prompt",
    "system",
  ]);
  expect(tested!.filter((item) => item.sealed)).toHaveLength(3);
  // The same version gives the same files, whoever trains on it.
  const again = await loadRun(t.db, (await create()).runId);
  expect(again.inputs).toEqual(run.inputs);
  expect(again.runCommit).not.toBe(run.runCommit);
});

test("questions with several accepted answers carry all of them into an answer test", async () => {
  const rows = differentRows(30).map(({ prompt }, i) => ({ prompt, answer: `word ${i}` }));
  const other = await createWorld(t.db, [rows, [{ prompt: rows[8]!.prompt, answer: "another word" }]], {
    goal: "answer",
    labels: [],
  });
  const version = await freezeForTest(t.db, other);
  const { runId } = await createTrainingRun(
    other.as(other.builder),
    { ...input(), snapshotIds: [version] },
    t.runner,
  );
  const run = await loadRun(t.db, runId);
  const items = (await other.blobs.get(run.inputs.test!))
    .toString("utf8")
    .trim()
    .split("\n")
    .map((l) => JSON.parse(l));
  expect(items.find((item) => item.prompt === rows[8]!.prompt).answers).toEqual(["another word", "word 8"]);
  expect(items.filter((item) => item.answers)).toHaveLength(1);
  expect(run.metric).toBe("exact_match");
  await other.close();
});

test("who has not joined, a version that is not frozen, a base that is not offered", async () => {
  const stranger = await createWorld(t.db, []);
  await expect(createTrainingRun(stranger.as(stranger.builder), input(), t.runner)).rejects.toMatchObject({
    code: "NOT_MEMBER",
  });
  await stranger.close();
  await expect(
    createTrainingRun(t.world.as(t.world.builder), { ...input(), baseId: "huge" }, t.runner),
  ).rejects.toMatchObject({ code: "BASE_UNKNOWN" });
  await t.db.update(snapshots).set({ status: "commit" }).where(eq(snapshots.id, t.snapshotId));
  await expect(create()).rejects.toMatchObject({ code: "VERSION_NOT_FROZEN" });
});

test("a runner that is away is a sentence, not a run", async () => {
  const away = new MemoryRunner();
  away.away = new RunnerError(0, { code: "RUNNER_UNAVAILABLE", message: "away", retryable: true });
  await expect(createTrainingRun(t.world.as(t.world.builder), input(), away)).rejects.toMatchObject({
    code: "RUNNER_UNAVAILABLE",
    message: "The training machine did not answer.",
  });
});

test("the builder's wallet commits the hash, the chain's event starts the run once", async () => {
  const { runId, runCommit } = await create();
  await expect(prepareRunCommit(t.world.as(t.world.builder), { runId })).rejects.toMatchObject({
    code: "RUN_CHECKING",
  });
  await passChecks(t.db, runId);
  const { call } = await prepareRunCommit(t.world.as(t.world.builder), { runId });
  expect(decodeFunctionData({ abi: adapterRegistryAbi, data: call.data })).toEqual({
    functionName: "commitRun",
    args: [`0x${runCommit}`],
  });
  await expect(prepareRunCommit(t.world.as(t.world.owner), { runId })).rejects.toMatchObject({
    code: "NOT_BUILDER",
  });
  const mark = (hash: string) => t.db.transaction((tx) => markRunCommitted(tx, { runCommit: hash }));
  expect(await mark("00".repeat(32))).toBe(false);
  expect(await mark(`0x${runCommit}`)).toBe(true);
  const started = (await loadRun(t.db, runId)).startedAt;
  expect(await mark(runCommit)).toBe(true);
  expect(await loadRun(t.db, runId)).toMatchObject({ status: "baseline", startedAt: started });
  // The salt is the secret that keeps the commitment unguessable until there is a result.
  expect((await getRun(t.world.as(t.world.builder), runId)).commitSalt).toBeNull();
});

test("a run cancelled before its commitment stays cancelled when the chain includes it after all", async () => {
  const { runId, runCommit } = await create();
  await passChecks(t.db, runId);
  await cancelTrainingRun(t.world.as(t.world.builder), { runId });
  expect(await t.db.transaction((tx) => markRunCommitted(tx, { runCommit }))).toBe(true);
  expect((await loadRun(t.db, runId)).status).toBe("cancelled");
  await expect(prepareRunCommit(t.world.as(t.world.builder), { runId })).rejects.toMatchObject({
    code: "RUN_COMMITTED",
  });
});

test("an expert's values replace the preset's, are recorded, and are refused out of range", async () => {
  const settings = { rank: 16, learningRate: 0.001, epochs: 3, patience: 2 } as const;
  const parsed = CreateTrainingRunInput.parse({ ...input(), settings });
  const { runId } = await createTrainingRun(t.world.as(t.world.builder), parsed, t.runner);
  const run = await loadRun(t.db, runId);
  expect(run).toMatchObject({ preset: "quick", configHash: jsonHash(run.config) });
  expect(run.config).toMatchObject({
    preset: "custom",
    rank: 16,
    alpha: 32,
    learning_rate: 0.001,
    epochs: 3,
    patience: 2,
    batch_size: 16,
  });
  // The preset's own values chosen by hand are the preset.
  const same = await createTrainingRun(
    t.world.as(t.world.builder),
    { ...input(), settings: { rank: 8, epochs: 3 } },
    t.runner,
  );
  const plain = await create();
  expect((await loadRun(t.db, same.runId)).configHash).toBe((await loadRun(t.db, plain.runId)).configHash);
  const bad = [{ rank: 9 }, { rank: 64 }, { learningRate: 1 }, { learningRate: Number.NaN }, { epochs: 0.5 }];
  for (const wrong of [...bad, { batchSize: 65 }, { maxLength: 15 }, { patience: 0 }, { warmup: 1 }])
    expect(CreateTrainingRunInput.safeParse({ ...input(), settings: wrong }).success).toBe(false);
  await expect(
    createTrainingRun(t.world.as(t.world.builder), { ...input(), settings: { maxLength: 512 } }, t.runner),
  ).rejects.toMatchObject({
    code: "CONFIG_RANGE",
    message: "Tiny reads at most 256 tokens at once, not 512.",
  });
});

test("four bits are part of the configuration on a machine that can, and refused on one that cannot", async () => {
  const fourBits = { ...input(), settings: { quantisation: "4bit" as const } };
  await expect(createTrainingRun(t.world.as(t.world.builder), fourBits, t.runner)).rejects.toMatchObject({
    code: "CONFIG_RANGE",
    message: "A base in four bits trains on a CUDA GPU only, and this machine has none.",
  });
  const gpu = new MemoryRunner();
  gpu.fourBitMissing = "bitsandbytes";
  await expect(createTrainingRun(t.world.as(t.world.builder), fourBits, gpu)).rejects.toMatchObject({
    message:
      "A base in four bits needs the Python package bitsandbytes, which the training machine does not have.",
  });
  gpu.fourBitMissing = null;
  const { runId } = await createTrainingRun(t.world.as(t.world.builder), fourBits, gpu);
  const run = await loadRun(t.db, runId);
  expect(run.config).toMatchObject({ preset: "custom", quantisation: "4bit", gradient_checkpointing: true });
  // As it is, chosen by hand, is the preset.
  const asItIs = { ...input(), settings: { quantisation: "none" as const } };
  const same = await createTrainingRun(t.world.as(t.world.builder), asItIs, t.runner);
  expect((await loadRun(t.db, same.runId)).config).toMatchObject({
    preset: "quick",
    quantisation: "none",
    gradient_checkpointing: false,
  });
});

test("the time follows the rows of all chosen versions and an expert's passes", async () => {
  const estimates = (settings = {}) =>
    getEstimates(
      t.world.as(t.world.builder),
      { snapshotIds: [t.snapshotId], excludedContributorIds: [], baseId: "tiny", settings },
      t.runner,
    );
  const plain = (await estimates())!;
  expect(plain.trainRows).toBe(21);
  expect(plain.presets.quick).toMatchObject({ basis: "typical" });
  const longer = (await estimates({ epochs: 50 }))!;
  expect(longer.presets.quick!.highSeconds).toBeGreaterThan(plain.presets.quick!.highSeconds);
});

test("options say what the test can detect and how long a run takes", async () => {
  const options = await getTrainingOptions(
    t.world.as(t.world.builder),
    { snapshotId: t.snapshotId },
    t.runner,
  );
  expect(options.power).toMatchObject({ testItems: 6, discordant: 0.2 });
  expect(options.power.gain).toBeCloseTo(0.9635, 3);
  const [tiny] = options.bases;
  expect(tiny).toMatchObject({ id: "tiny", fits: true });
  const [quick, balanced] = tiny!.presets;
  expect(quick!.estimate).toMatchObject({ basis: "typical", runs: 0 });
  expect(balanced!.estimate.highSeconds).toBeGreaterThanOrEqual(quick!.estimate.highSeconds);
});

test("anyone who is signed in trains on a sample, each with a seed of their own; elsewhere members do", async () => {
  const stranger = t.world.as(t.world.contributors[0]!);
  const join = createTrainingRun(stranger, input(), t.runner);
  await expect(join).rejects.toMatchObject({ code: "NOT_MEMBER" });
  await t.db.update(datanets).set({ isSample: true }).where(eq(datanets.id, t.world.datanetId));
  const options = await getTrainingOptions(stranger, { snapshotId: t.snapshotId }, t.runner);
  expect(options.isMember).toBe(true);
  expect(options.seed).not.toBe(
    (await getTrainingOptions(t.world.as(t.world.builder), { snapshotId: t.snapshotId }, t.runner)).seed,
  );
  await expect(createTrainingRun(stranger, input(), t.runner)).resolves.toHaveProperty("runId");
});
