import { randomUUID } from "node:crypto";
import pg from "pg";
import { createDatabase, createPool, type Database } from "./client";

export type TestDatabase = { url: string; db: Database; pool: pg.Pool; close: () => Promise<void> };

/**
 * A database of its own for one test file: a copy of a migrated template with the job queues in place, made
 * in about 50 ms. Call `close` in `afterAll`; the copy goes away with the server.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const starter = process.env.TEST_DATABASE_STARTER;
  const adminUrl = process.env.TEST_DATABASE_URL;
  if (!starter || !adminUrl)
    throw new Error("createTestDatabase works inside vitest, whose global setup starts the server");
  const response = await fetch(starter);
  const template = await response.text();
  if (!response.ok) throw new Error(`the test database could not be prepared: ${template}`);
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query(`create database ${name} template ${template}`);
  } finally {
    await admin.end();
  }
  const url = Object.assign(new URL(adminUrl), { pathname: `/${name}` }).href;
  const pool = createPool(url, 5);
  return { url, db: createDatabase(pool), pool, close: () => pool.end() };
}
