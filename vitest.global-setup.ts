import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { migrateDatabase } from "./db/migrate";
import { createTestPostgres } from "./scripts/lib/test-postgres.mjs";
import { startQueue } from "./server/jobs/queue";

const TEMPLATE = "modelfactory_template";

async function createTemplate(adminUrl: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query(`drop database if exists ${TEMPLATE}`);
    await admin.query(`create database ${TEMPLATE}`);
  } finally {
    await admin.end();
  }
  const url = Object.assign(new URL(adminUrl), { pathname: `/${TEMPLATE}` }).href;
  await migrateDatabase(url, fileURLToPath(new URL("./db/migrations", import.meta.url)));
  const queue = await startQueue(url);
  await queue.stop({ graceful: false, wait: true });
}

/**
 * Tests reach the database through `createTestDatabase` of db/test-database.ts. The server starts when the
 * first test file asks for it, so a run without database tests does not pay for one.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  const postgres = given ? undefined : await createTestPostgres();
  const adminUrl = given ?? postgres!.url;
  let ready: Promise<void> | undefined;
  const starter = createServer((_, response) => {
    ready ??= (postgres?.start() ?? Promise.resolve()).then(() => createTemplate(adminUrl));
    ready.then(
      () => response.end(TEMPLATE),
      (error: Error) => response.writeHead(500).end(error.stack),
    );
  });
  await new Promise<void>((done) => starter.listen(0, "127.0.0.1", done));
  process.env.TEST_DATABASE_URL = adminUrl;
  process.env.TEST_DATABASE_STARTER = `http://127.0.0.1:${(starter.address() as AddressInfo).port}`;
  return async () => {
    starter.close();
    await postgres?.stop();
  };
}
