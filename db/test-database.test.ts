import { afterAll, beforeAll, expect, test } from "vitest";
import { JOB_NAMES } from "@/server/jobs/names";
import { enqueue } from "@/server/jobs/queue";
import { createTestDatabase, type TestDatabase } from "./test-database";

let one: TestDatabase;
let two: TestDatabase;
beforeAll(async () => {
  [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
});
afterAll(() => Promise.all([one.close(), two.close()]));

test("each file has a migrated database of its own", async () => {
  await one.pool.query("create table mine (n int)");
  const tables = "select count(*)::int as count from information_schema.tables where table_name = $1";
  expect((await one.pool.query(tables, ["mine"])).rows).toEqual([{ count: 1 }]);
  expect((await two.pool.query(tables, ["mine"])).rows).toEqual([{ count: 0 }]);
  expect((await two.pool.query(tables, ["datanets"])).rows).toEqual([{ count: 1 }]);
});

test("a job can be enqueued in a transaction, and is gone when it rolls back", async () => {
  const name = JOB_NAMES[0];
  const count = async () =>
    (await one.pool.query("select count(*)::int as n from pgboss.job where name = $1", [name])).rows[0].n;
  const rollBack = one.db.transaction(async (tx) => {
    await enqueue(tx, name, {} as never);
    throw new Error("roll back");
  });
  await expect(rollBack).rejects.toThrow("roll back");
  expect(await count()).toBe(0);
  await one.db.transaction((tx) => enqueue(tx, name, {} as never));
  expect(await count()).toBe(1);
});
