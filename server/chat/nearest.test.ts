import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { records, snapshotRecords, trainingRuns } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/test-database";
import { createWorld, differentRows, type World } from "@/server/snapshot/test-world";
import { freezeForTest } from "@/server/training-run/test-run";
import { nearestRows } from "./nearest";
import { makeAdapter } from "./test-adapter";

let database: TestDatabase;
let world: World;
let adapterId: string;
let runId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  world = await createWorld(database.db, [differentRows(40), differentRows(20, 300)]);
  const version = await freezeForTest(database.db, world);
  ({ adapterId, runId } = await makeAdapter(database.db, world, [version], { isPublished: true }));
});
afterAll(async () => {
  await world.close();
  await database.close();
});

const rowsOn = (side: "train" | "validation" | "test") =>
  database.db
    .select({ id: records.id, prompt: records.prompt, answer: records.answer, by: records.contributorId })
    .from(snapshotRecords)
    .innerJoin(records, eq(records.id, snapshotRecords.recordId))
    .where(eq(snapshotRecords.side, side));
const visitor = () => ({ ...world.as(world.builder), actor: null, client: "10.1.0.1" });

test("the nearest training row is found with its contributor, best first", async () => {
  const [row] = await rowsOn("train");
  const { rows, compared } = await nearestRows(visitor(), {
    adapterId,
    prompt: row!.prompt,
    answer: row!.answer,
  });
  expect(compared).toBe((await rowsOn("train")).length);
  expect(rows[0]).toMatchObject({
    recordId: row!.id,
    similarity: 1,
    contributorName: expect.stringMatching(/^Contributor/),
  });
  expect(rows.length).toBeLessThanOrEqual(5);
  const scores = rows.map(({ similarity }) => similarity);
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
  expect(Math.min(...scores)).toBeGreaterThanOrEqual(0.1);
});

test("a question of the test or of validation never comes back, word for word as it may be asked", async () => {
  const hidden = [...(await rowsOn("test")), ...(await rowsOn("validation"))];
  for (const { prompt, answer } of hidden) {
    // Another person each time: twenty a minute is the limit of one.
    const ctx = { ...visitor(), client: `10.2.0.${hidden.findIndex((row) => row.prompt === prompt)}` };
    const { rows } = await nearestRows(ctx, { adapterId, prompt, answer });
    for (const found of rows) {
      expect(hidden.map(({ id }) => id)).not.toContain(found.recordId);
      expect(found.similarity).toBeLessThan(1);
    }
  }
});

test("rows of a contributor who was left out are not named, and nothing alike is said to be nothing", async () => {
  const ctx = { ...world.as(world.builder) };
  const [row] = await rowsOn("train");
  await database.db
    .update(trainingRuns)
    .set({ excludedContributorIds: [row!.by] })
    .where(eq(trainingRuns.id, runId));
  const { rows } = await nearestRows(ctx, { adapterId, prompt: row!.prompt, answer: row!.answer });
  expect(rows.map(({ recordId }) => recordId)).not.toContain(row!.id);
  expect((await nearestRows(ctx, { adapterId, prompt: "ЩЩЩ 漢字", answer: "ЖЖ" })).rows).toEqual([]);
});

test("of several Datanets the run's own training file decides", async () => {
  const rows = await rowsOn("train");
  const other = await createWorld(database.db, [differentRows(30, 700)]);
  const second = await freezeForTest(database.db, other);
  const [kept] = rows;
  const mixed = await makeAdapter(
    database.db,
    { ...world, builder: world.owner },
    [await firstVersion(), second],
    {
      isPublished: true,
      datanetIds: [world.datanetId, other.datanetId],
      train: `${JSON.stringify({ id: kept!.id })}\n`,
    },
  );
  const ctx = world.as(world.owner);
  const near = await nearestRows(ctx, {
    adapterId: mixed.adapterId,
    prompt: kept!.prompt,
    answer: kept!.answer,
  });
  expect(near.rows.map(({ recordId }) => recordId)).toEqual([kept!.id]);
  await other.close();
});

const firstVersion = async () =>
  (await database.db.select().from(trainingRuns).where(eq(trainingRuns.id, runId)))[0]!.snapshotId;
