import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findings, records, reviews, snapshotRecords, snapshots } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { env } from "@/env";
import { jsonHash, leafHash, merkleRoot, sha256Hex } from "@/server/chain/hash";
import { freezeSnapshot } from "./freeze";
import { prepareSnapshot } from "./prepare.job";
import { getSnapshot } from "./queries";
import { addContribution, createWorld, differentRows, type World } from "./test-world";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

async function freeze(world: World): Promise<string> {
  const { snapshotId } = await freezeSnapshot(world.as(world.owner), { datanetId: world.datanetId });
  await prepareSnapshot({ db: database.db, blobs: world.blobs, env: env() }, { snapshotId });
  return snapshotId;
}
const places = (snapshotId: string) =>
  database.db.select().from(snapshotRecords).where(eq(snapshotRecords.snapshotId, snapshotId));
const load = async (snapshotId: string) =>
  (await database.db.select().from(snapshots).where(eq(snapshots.id, snapshotId)))[0]!;

test("a prepared version binds its rows by root, split and manifest, each recomputed here from the rows", async () => {
  const world = await createWorld(database.db, [differentRows(130), differentRows(40, 500)]);
  const [read] = await database.db
    .select()
    .from(records)
    .where(eq(records.datanetId, world.datanetId))
    .limit(1);
  await database.db
    .insert(reviews)
    .values({ recordId: read!.id, validatorId: world.validator.id, decision: "accept" });
  const snapshotId = await freeze(world);
  const snapshot = await load(snapshotId);
  expect(snapshot).toMatchObject({ status: "approval", rows: 170, number: 1, problem: null });

  const rows = await database.db.select().from(records).where(eq(records.datanetId, world.datanetId));
  const addressOf = new Map(world.contributors.map(({ id, key }) => [id, key.address.toLowerCase()]));
  const leaves = rows.map(({ rowHash, salt, contributorId }) => ({
    rowHash,
    salt,
    contributor: addressOf.get(contributorId)!,
  }));
  expect(snapshot.root).toBe(merkleRoot(leaves));

  const manifest = JSON.parse((await world.blobs.get(snapshot.manifestSha256!)).toString("utf8"));
  expect(manifest).toEqual({
    format: "modelfactory.snapshot/1",
    chainId: 31337,
    registry: `0x${"a".repeat(40)}`,
    datanetId: String(world.chainDatanetId),
    batch: 1,
    policyHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    root: snapshot.root,
    leaves: leaves.map(leafHash).sort(),
    reviews: [{ validator: world.validator.key.address.toLowerCase(), accepted: 1, rejected: 0, sampled: 0 }],
    previous: "",
  });
  expect(jsonHash(manifest)).toBe(snapshot.manifestSha256);

  const splitText = (await world.blobs.get(snapshot.splitSha256!)).toString("utf8");
  expect(sha256Hex(splitText)).toBe(snapshot.splitSha256);
  const stored = await places(snapshotId);
  const { train, validation, test: tested, removed, sealed } = snapshot.split!;
  expect(train + validation + tested + removed).toBe(170);
  expect(stored.filter((row) => row.side === "test")).toHaveLength(tested);
  expect(stored.filter((row) => row.sealed)).toHaveLength(sealed);
  expect(tested).toBeGreaterThanOrEqual(50);
  expect(sealed).toBe(tested - Math.floor(tested / 3));

  const shown = await getSnapshot(world.as(world.owner), snapshotId);
  expect(shown.contributions.map((item) => item.rows)).toEqual([130, 40]);
  expect(shown.power!.gain).toBeGreaterThan(0.1);
  expect(shown.canApprove).toBe(false);
  expect((await getSnapshot(world.as(world.validator), snapshotId)).canApprove).toBe(true);
  await world.close();
});

test("the job runs twice without a second effect", async () => {
  const world = await createWorld(database.db, [differentRows(40)]);
  const snapshotId = await freeze(world);
  const before = await load(snapshotId);
  await prepareSnapshot({ db: database.db, blobs: world.blobs, env: env() }, { snapshotId });
  expect(await load(snapshotId)).toEqual(before);
  expect(await places(snapshotId)).toHaveLength(40);
  await world.close();
});

test("the next version keeps every row on its side and names the one before", async () => {
  const world = await createWorld(database.db, [differentRows(130)]);
  const first = await freeze(world);
  await database.db
    .update(snapshots)
    .set({ status: "frozen", frozenAt: new Date() })
    .where(eq(snapshots.id, first));
  const before = new Map((await places(first)).map((row) => [row.recordId, row]));
  await addContribution(database.db, world.datanetId, world.contributors[0]!, differentRows(60, 700));
  const second = await freeze(world);
  const after = await places(second);
  expect(after).toHaveLength(190);
  for (const row of after) {
    const old = before.get(row.recordId);
    if (old) expect([row.side, row.sealed]).toEqual([old.side, old.sealed]);
  }
  const snapshot = await load(second);
  expect(snapshot.number).toBe(2);
  const manifest = JSON.parse((await world.blobs.get(snapshot.manifestSha256!)).toString("utf8"));
  expect(manifest.previous).toBe((await load(first)).manifestSha256);
  await world.close();
});

test("a row that repeats a test question is removed and said so", async () => {
  const world = await createWorld(database.db, [differentRows(130)]);
  const first = await freeze(world);
  await database.db.update(snapshots).set({ status: "frozen" }).where(eq(snapshots.id, first));
  const [tested] = await database.db
    .select({ prompt: records.prompt, answer: records.answer })
    .from(snapshotRecords)
    .innerJoin(records, eq(records.id, snapshotRecords.recordId))
    .where(and(eq(snapshotRecords.snapshotId, first), eq(snapshotRecords.side, "test")))
    .limit(1);
  await addContribution(database.db, world.datanetId, world.contributors[0]!, [tested!]);
  const second = await freeze(world);
  const shown = await getSnapshot(world.as(world.owner), second);
  expect(shown.removed).toContainEqual({
    reason: "duplicate_of_test",
    rows: 1,
    sentence: "The same text is a test question.",
  });
  await world.close();
});

test("a row that asks the same as a test question in other words is removed, where embeddings have found it", async () => {
  const world = await createWorld(database.db, [differentRows(130)]);
  const first = await freeze(world);
  await database.db.update(snapshots).set({ status: "frozen" }).where(eq(snapshots.id, first));
  const tested = (await places(first)).find(({ side }) => side === "test")!;
  const contributor = world.contributors[0]!;
  const contributionId = await addContribution(
    database.db,
    world.datanetId,
    contributor,
    differentRows(1, 900),
  );
  const [row] = await database.db.select().from(records).where(eq(records.contributionId, contributionId));
  await database.db.insert(findings).values({
    contributionId,
    row: row!.rowNumber,
    code: "NEAR_MEANING",
    severity: "note",
    message: "m",
    fix: "f",
    detail: { recordId: tested.recordId, likeness: 0.9 },
  });
  const second = await places(await freeze(world));
  expect(second.find(({ recordId }) => recordId === row!.id)).toMatchObject({
    side: "removed",
    removedReason: "same_meaning_as_test",
    cluster: second.find(({ recordId }) => recordId === tested.recordId)!.cluster,
  });
  await world.close();
});

test("what cannot be prepared fails with its sentence, a lost database is tried again", async () => {
  const world = await createWorld(database.db, [differentRows(12)]);
  const { snapshotId } = await freezeSnapshot(world.as(world.owner), { datanetId: world.datanetId });
  await database.db.update(records).set({ status: "rejected" }).where(eq(records.datanetId, world.datanetId));
  const deps = { db: database.db, blobs: world.blobs, env: env() };
  const gone = new Proxy(database.db, {
    get: (of, name) =>
      name === "transaction"
        ? () => Promise.reject(new Error("Connection terminated"))
        : Reflect.get(of, name),
  });
  await expect(prepareSnapshot({ ...deps, db: gone }, { snapshotId })).rejects.toThrow(
    "Connection terminated",
  );
  expect((await load(snapshotId)).status).toBe("preparing");
  await prepareSnapshot(deps, { snapshotId });
  expect(await load(snapshotId)).toMatchObject({
    status: "failed",
    problem: expect.stringMatching(/^NOTHING_ACCEPTED: No row of this Datanet has been accepted yet/),
  });
  await world.close();
});
