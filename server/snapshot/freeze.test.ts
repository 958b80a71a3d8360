import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { records, snapshots } from "@/db/schema";
import { SNAPSHOT_STATUSES } from "@/db/schema/snapshot.constants";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { freezeSnapshot } from "./freeze";
import { OPEN_STATUSES } from "./policy";
import { getFreezePlan } from "./queries";
import { createWorld, differentRows } from "./test-world";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

test("freezing takes every accepted row and asks for the job in the same transaction", async () => {
  const world = await createWorld(database.db, [differentRows(8), differentRows(6, 50)]);
  const plan = await getFreezePlan(world.as(world.owner), world.datanetId);
  expect(plan).toMatchObject({ number: 1, accepted: 14, pending: 0, isOwner: true, open: null });
  expect(plan.contributions.map((item) => item.accepted)).toEqual([8, 6]);

  const { snapshotId, number } = await freezeSnapshot(world.as(world.owner), { datanetId: world.datanetId });
  expect(number).toBe(1);
  const [row] = await database.db.select().from(snapshots).where(eq(snapshots.id, snapshotId));
  expect(row).toMatchObject({ status: "preparing", rows: 14 });
  const jobs = await database.pool.query("select data from pgboss.job where name = 'snapshot.prepare'");
  expect(jobs.rows.map((job) => job.data)).toContainEqual({ snapshotId });
  await world.close();
});

test("only the owner freezes, and only a Datanet on the chain", async () => {
  const world = await createWorld(database.db, [differentRows(12)]);
  await expect(
    freezeSnapshot(world.as(world.validator), { datanetId: world.datanetId }),
  ).rejects.toMatchObject({
    code: "NOT_OWNER",
  });
  await world.close();
  const draft = await createWorld(database.db, [differentRows(12)], { isRegistered: false });
  await expect(freezeSnapshot(draft.as(draft.owner), { datanetId: draft.datanetId })).rejects.toMatchObject({
    code: "DATANET_NOT_ON_CHAIN",
  });
  await draft.close();
});

test("too few accepted rows are refused with the number that is missing", async () => {
  const world = await createWorld(database.db, [differentRows(9)]);
  const freeze = () => freezeSnapshot(world.as(world.owner), { datanetId: world.datanetId });
  await expect(freeze()).rejects.toMatchObject({
    code: "DATASET_TOO_SMALL",
    message: "This Datanet has 9 accepted rows; a version needs at least 10.",
    fix: "Have 1 more accepted, then freeze again.",
  });
  await database.db.update(records).set({ status: "pending" }).where(eq(records.datanetId, world.datanetId));
  await expect(freeze()).rejects.toMatchObject({ code: "NOTHING_ACCEPTED" });
  await world.close();
});

test("one version is open at a time, two clicks make one, and a failed number is used again", async () => {
  const world = await createWorld(database.db, [differentRows(12)]);
  const freeze = () => freezeSnapshot(world.as(world.owner), { datanetId: world.datanetId });
  const clicks = await Promise.allSettled([freeze(), freeze()]);
  expect(clicks.map((click) => click.status).sort()).toEqual(["fulfilled", "rejected"]);
  const own = eq(snapshots.datanetId, world.datanetId);
  for (const status of SNAPSHOT_STATUSES) {
    await database.db.delete(snapshots).where(own);
    await database.db
      .insert(snapshots)
      .values({ datanetId: world.datanetId, number: 1, status, createdById: world.owner.id });
    if ((OPEN_STATUSES as readonly string[]).includes(status)) {
      await expect(freeze()).rejects.toMatchObject({ code: "VERSION_OPEN" });
    } else {
      expect((await freeze()).number).toBe(status === "failed" ? 1 : 2);
    }
  }
  await world.close();
});
