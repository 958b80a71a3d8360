import { existsSync } from "node:fs";
import { resolve } from "node:path";
import pg from "pg";
import { readJson } from "../lib/lock.mjs";
import { prepareDataDir } from "../lib/paths.mjs";
import { anyFreePort } from "../lib/ports.mjs";
import { ensureDatabase, preparePostgres, readPidFile } from "../lib/postgres.mjs";
import { databaseDir, databaseUser } from "../lib/postgres-files.mjs";
import { isSame } from "../lib/processes.mjs";
import { createSupervisor, stateFile } from "../lib/supervisor.mjs";
import { Failure } from "./failure.mjs";

const NAME = "modelfactory";

/** What runs on this data folder: its supervisor's state, or null when nothing does. */
export function runningApp(dataDir) {
  const state = readJson(stateFile(dataDir));
  return state?.owner && isSame(state.owner) ? state : null;
}

export const hasDatabase = (dataDir) =>
  Boolean(process.env.DATABASE_URL) ||
  existsSync(resolve(databaseDir(dataDir, databaseUser()), "PG_VERSION"));

/**
 * Calls `work` with the address of the folder's database: the running one, or one started for this call while
 * nothing else can start on the folder. `create` makes a new one.
 */
export async function withDatabase(dataDir, work, { create = false } = {}) {
  if (process.env.DATABASE_URL) return work(process.env.DATABASE_URL);
  const password = readJson(resolve(dataDir, "secrets.json"))?.databasePassword;
  if (!password)
    throw new Failure(
      "SECRETS",
      `${resolve(dataDir, "secrets.json")} is missing or damaged, and the database cannot be opened without it.`,
      "Restore the file, or restore the whole folder from a backup.",
    );
  if (runningApp(dataDir)) {
    const port = readPidFile(databaseDir(dataDir, databaseUser()))?.port;
    if (!port)
      throw new Failure(
        "DATABASE_STARTING",
        "The app on this folder runs, but its database is not up yet.",
        "Wait until it is, then try again.",
      );
    return work(`postgres://modelfactory:${password}@127.0.0.1:${port}/${NAME}`);
  }
  if (!create && !hasDatabase(dataDir))
    throw new Failure(
      "DATABASE_MISSING",
      `There is no database in ${dataDir}.`,
      "Check the folder, or restore a backup into a new one.",
    );
  prepareDataDir(dataDir, databaseUser());
  let problem = null;
  const supervisor = await createSupervisor({
    dataDir,
    log: () => {},
    onGiveUp: (text) => {
      problem = text;
    },
  });
  try {
    const postgres = await preparePostgres({ dataDir, password, port: await anyFreePort() });
    await supervisor.start("postgres", postgres.child);
    await ensureDatabase(postgres.url("postgres"), NAME);
    return await work(postgres.url(NAME));
  } catch (error) {
    throw problem ? new Failure("DATABASE", problem, "See the log named above.") : error;
  } finally {
    await supervisor.stop();
  }
}

/** Calls `work` with a connected client and closes it. */
export async function withClient(url, work) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/** Hashes of the migrations that a database has, oldest first; empty when it has none. */
export async function appliedMigrations(client) {
  const { rows } = await client.query("select to_regclass('drizzle.__drizzle_migrations') as found");
  if (!rows[0].found) return [];
  const applied = await client.query("select hash from drizzle.__drizzle_migrations order by created_at, id");
  return applied.rows.map((row) => row.hash);
}
