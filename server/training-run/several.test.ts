import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  adapterExports,
  adapters,
  benchmarks,
  datanetMembers,
  datanets,
  snapshots,
  trainingRunSnapshots,
  trainingRuns,
} from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { getAdapter, listAdapters } from "@/server/adapter/queries";
import { reconcileExports } from "@/server/adapter/reconcile-exports";
import { jsonHash, runCommitHash } from "@/server/chain/hash";
import { getDatanet } from "@/server/datanet/queries";
import { createWorld, differentRows, type World } from "@/server/snapshot/test-world";
import { createTrainingRun } from "./create";
import { listJoinable } from "./joinable";
import { listRuns } from "./list-runs";
import { getMix } from "./mix";
import { getRun } from "./queries";
import { freezeForTest, loadRun } from "./test-run";
import { MemoryRunner } from "./test-runner";

let database: TestDatabase;
let first: World;
let second: World;
let snapshotIds: string[];
const runner = new MemoryRunner();

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  const rows = differentRows(70);
  first = await createWorld(database.db, [rows.slice(0, 20), rows.slice(20, 40)]);
  second = await createWorld(database.db, [rows.slice(40)]);
  snapshotIds = [await freezeForTest(database.db, first), await freezeForTest(database.db, second)];
  await join(second);
  return async () => {
    await first.close();
    await second.close();
  };
});

const join = (world: World) =>
  database.db
    .insert(datanetMembers)
    .values({ datanetId: world.datanetId, accountId: first.builder.id })
    .onConflictDoNothing();
const input = (more: Partial<Parameters<typeof createTrainingRun>[1]> = {}) => ({
  snapshotIds,
  excludedContributorIds: [] as string[],
  baseId: "tiny",
  preset: "quick" as const,
  seed: 7,
  ...more,
});
const create = (more = {}) => createTrainingRun(first.as(first.builder), input(more), runner);
const read = async (hash: string) =>
  (await first.blobs.get(hash))
    .toString("utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

test("a run on two Datanets reads both, says which row is whose and commits to both batches", async () => {
  const { runId, runCommit } = await create();
  const run = await loadRun(database.db, runId);
  const versions = await Promise.all(
    snapshotIds.map(
      async (id) => (await database.db.select().from(snapshots).where(eq(snapshots.id, id)))[0]!,
    ),
  );
  const train = await read(run.inputs.train!);
  const items = await read(run.inputs.test!);
  const perDatanet = (rows: { datanet: string }[]) =>
    [first, second].map(({ datanetId }) => rows.filter((row) => row.datanet === datanetId).length);
  expect(perDatanet(train)).toEqual([28, 21]);
  expect(perDatanet(items)).toEqual([8, 6]);
  expect(run.dropped).toEqual({ nearDuplicates: 0, sharedRuns: 0, testRepeats: 0 });
  expect(run.hypothesis).toContain("On the 14 locked test questions");
  expect(runCommit).toBe(
    runCommitHash({
      salt: run.commitSalt,
      splitHash: jsonHash({
        format: "modelfactory.splits/1",
        splits: versions.map(({ splitSha256 }) => splitSha256),
      }),
      metric: run.metric,
      hypothesis: run.hypothesis,
      configHash: run.configHash,
      batches: [first, second].map(({ chainDatanetId }, i) => ({
        datanetId: String(chainDatanetId),
        batch: 1,
        root: versions[i]!.root!,
      })),
    }),
  );
  const joined = await database.db
    .select()
    .from(trainingRunSnapshots)
    .where(eq(trainingRunSnapshots.runId, runId));
  expect(joined.map(({ snapshotId, position }) => [snapshotId, position])).toEqual([
    [snapshotIds[0], 0],
    [snapshotIds[1], 1],
  ]);
  const tests = await database.db.select().from(benchmarks).where(eq(benchmarks.snapshotId, snapshotIds[1]!));
  expect(tests).toMatchObject([{ items: 6 }]);
  const shown = await getRun(first.as(first.builder), runId);
  expect(shown.sources.map(({ datanetId }) => datanetId)).toEqual([first.datanetId, second.datanetId]);
  expect(shown.licence).toBe("CC-BY-4.0");
  for (const { datanetId } of [first, second]) {
    const listed = await listRuns(first.as(first.builder), { datanetId, limit: 50, offset: 0 });
    expect(listed.items.map(({ id, datanets }) => [id, datanets])).toEqual([[runId, 2]]);
  }
});

test("its adapter names both Datanets, is listed with both, and inherits the stricter licence, exported too", async () => {
  await database.db
    .update(datanets)
    .set({ licence: "CC-BY-SA-4.0" })
    .where(eq(datanets.id, second.datanetId));
  const { runId } = await create();
  const golden = [{ rendered: "question", text: "animal" }];
  const evaluation = await first.blobs.put(JSON.stringify({ golden }));
  const weights = await first.blobs.put("weights");
  await database.db
    .update(trainingRuns)
    .set({ artifacts: { "evaluation.json": evaluation.sha256 } })
    .where(eq(trainingRuns.id, runId));
  const [made] = await database.db
    .insert(adapters)
    .values({
      runId,
      datanetId: first.datanetId,
      builderId: first.builder.id,
      name: "Of two",
      baseId: "tiny",
      sha256: weights.sha256,
      configSha256: weights.sha256,
    })
    .returning();
  const { id: adapterId } = made!;
  const ctx = first.as(first.builder);
  expect(await getAdapter(ctx, adapterId)).toMatchObject({
    licence: "CC-BY-SA-4.0",
    sources: [{ datanetId: first.datanetId }, { datanetId: second.datanetId }],
  });
  for (const { datanetId } of [first, second]) {
    const { items } = await listAdapters(ctx, { datanetId, limit: 50, offset: 0 });
    expect(items.map(({ id, datanets: n }) => [id, n])).toEqual([[adapterId, 2]]);
    expect(await getDatanet(ctx, datanetId)).toMatchObject({ counts: { adapters: 1, runs: 1 } });
  }
  const [asked] = await database.db
    .insert(adapterExports)
    .values({ adapterId, format: "gguf", requestedById: first.builder.id })
    .returning();
  await reconcileExports({ db: database.db, blobs: first.blobs, runner });
  expect(runner.runs.get(`${asked!.id}-export-1`)!.spec.config).toMatchObject({ licence: "CC-BY-SA-4.0" });
});

test("what cannot be joined is refused in words, before anything is written", async () => {
  const change = (values: Partial<typeof datanets.$inferInsert>) =>
    database.db.update(datanets).set(values).where(eq(datanets.id, second.datanetId));
  const refused = async (code: string, message: string) => {
    await expect(create()).rejects.toMatchObject({ code });
    const mix = await getMix(first.as(first.builder), { snapshotIds, excludedContributorIds: [] });
    expect(mix.problem?.message).toContain(message);
  };
  await change({ licence: "CC-BY-ND-4.0" });
  await refused("LICENCES_CLASH", "section 2(a)(1) of CC-BY-ND-4.0");
  await change({ licence: "CC-BY-4.0", labels: ["animal", "stone"] });
  await refused("LABELS_DIFFER", "do not have the same labels");
  await change({ labels: [], goal: "answer" });
  await refused("GOALS_DIFFER", "different goals");
  await change({ labels: ["plant", "animal"], goal: "label" });
  await expect(create({ snapshotIds: [snapshotIds[0], snapshotIds[0]] })).rejects.toMatchObject({
    code: "DATANET_TWICE",
  });
  await database.db.delete(datanetMembers).where(eq(datanetMembers.datanetId, second.datanetId));
  await expect(create()).rejects.toMatchObject({ code: "NOT_MEMBER" });
  const listed = await listRuns(first.as(first.builder), {
    datanetId: first.datanetId,
    limit: 50,
    offset: 0,
  });
  expect(listed.total).toBe(0);
});

test("the form shows what goes together with what, whose rows they are and what they come to", async () => {
  const visitor = { ...first.as(first.builder), actor: null };
  const alone = { snapshotIds: [snapshotIds[0]!], search: "" };
  const [other] = (await listJoinable(first.as(first.builder), alone)).items.filter(
    ({ datanetId }) => datanetId === second.datanetId,
  );
  expect(other).toMatchObject({
    licence: "CC-BY-4.0",
    isMember: true,
    versions: [{ snapshotId: snapshotIds[1], number: 1, train: 21, test: 6 }],
    problem: null,
  });
  const asVisitor = await listJoinable(visitor, { ...alone, search: "what IS desc" });
  expect(asVisitor.items.find(({ datanetId }) => datanetId === second.datanetId)!.isMember).toBe(false);
  expect((await listJoinable(visitor, { ...alone, search: "100%" })).items).toEqual([]);
  expect(
    (await listJoinable(visitor, { snapshotIds, search: "" })).items.map((i) => i.datanetId),
  ).not.toContain(second.datanetId);
  await database.db
    .update(datanets)
    .set({ licence: "CC-BY-ND-4.0" })
    .where(eq(datanets.id, second.datanetId));
  const refused = (await listJoinable(visitor, alone)).items.find((i) => i.datanetId === second.datanetId)!;
  expect(refused.problem).toContain("section 2(a)(1) of CC-BY-ND-4.0");
  await database.db.update(datanets).set({ licence: "CC-BY-4.0" }).where(eq(datanets.id, second.datanetId));

  const [, left] = first.contributors;
  const mix = await getMix(visitor, { snapshotIds, excludedContributorIds: [left!.id] });
  expect(mix.sources).toMatchObject([
    { datanetId: first.datanetId, train: 28, test: 8, isMember: false },
    { datanetId: second.datanetId, train: 21, test: 6 },
  ]);
  expect(mix.contributors.map(({ id, rows }) => [id, rows])).toEqual(
    expect.arrayContaining([
      [left!.id, 14],
      [second.contributors[0]!.id, 21],
    ]),
  );
  expect(mix).toMatchObject({ trainRows: 35, items: 14, licence: "CC-BY-4.0", problem: null });
});

test("a contributor left out is in the settings' hash and not in training; the test stays the same file", async () => {
  const whole = await loadRun(database.db, (await create({ snapshotIds: [snapshotIds[0]!] })).runId);
  const [, left] = first.contributors;
  const without = await loadRun(
    database.db,
    (await create({ snapshotIds: [snapshotIds[0]!], excludedContributorIds: [left!.id] })).runId,
  );
  expect(without.inputs.test).toBe(whole.inputs.test);
  expect(without.configHash).not.toBe(whole.configHash);
  expect(without.config).toEqual({
    ...whole.config,
    excluded_contributors: [left!.key.address.toLowerCase()],
  });
  const contributors = async (hash: string) =>
    new Set((await read(hash)).map(({ contributor }) => contributor));
  expect(await contributors(whole.inputs.train!)).toEqual(new Set(first.contributors.map(({ id }) => id)));
  expect(await contributors(without.inputs.train!)).toEqual(new Set([first.contributors[0]!.id]));
  const { excluded } = await getRun(first.as(first.builder), without.id);
  expect(excluded.map(({ id }) => id)).toEqual([left!.id]);
  await expect(
    create({
      snapshotIds: [snapshotIds[0]!],
      excludedContributorIds: first.contributors.map(({ id }) => id),
    }),
  ).rejects.toMatchObject({ code: "TOO_FEW_LEFT" });
});
