import { createHash } from "node:crypto";
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, resolve, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { bundle } from "../lib/build.mjs";
import { readJson } from "../lib/lock.mjs";
import { prepareDataDir, root } from "../lib/paths.mjs";
import { databaseDir, databaseUser } from "../lib/postgres-files.mjs";
import { runStep } from "../lib/run-step.mjs";
import { FORMAT, MANIFEST } from "./backup.mjs";
import { withClient, withDatabase } from "./database.mjs";
import { Failure } from "./failure.mjs";
import { copyHashed, hashFile } from "./files.mjs";
import { UNFINISHED } from "./unfinished.mjs";

const MIGRATIONS = resolve(root, "db", "migrations");

/**
 * Makes a data folder from a backup: every file is hashed first, the tables are made by the migrations the backup
 * had, filled in one transaction, and then brought up to this version. A folder that holds data is refused.
 * @returns {Promise<{tables: number, rows: number, files: number, jobs: number, migratedBy: number}>}
 */
export async function restore({ from, dataDir, say }) {
  const manifest = readManifest(from);
  const migrations = knownMigrations(manifest.migrations);
  refuseFullFolder(dataDir);
  await verify(from, manifest);
  say(
    `Backup of ${manifest.createdAt} is whole: ${manifest.files.length} files, ${manifest.tables.length} tables`,
  );

  prepareDataDir(dataDir, databaseUser());
  // Until the end this folder is refused by a start and emptied by the next restore.
  writeFileSync(resolve(dataDir, UNFINISHED), `${manifest.createdAt}\n`, { mode: 0o600 });
  for (const { path, sha256 } of manifest.files) {
    const target = inside(dataDir, path);
    const copied = await copyHashed(resolve(from, "files", path), target);
    if (copied.sha256 !== sha256) throw damaged(path);
  }
  await withDatabase(
    dataDir,
    async (url) => {
      await migrateTo(url, migrations);
      await withClient(url, (client) => fill(client, from, manifest));
      say(`${total(manifest)} rows are in the database`);
      const env = { ...process.env, DATABASE_URL: url };
      const args = ["--conditions=react-server", await bundle("prepare")];
      await runStep("prepare", { command: process.execPath, args, env, cwd: root });
      await requeue(url, manifest.jobs);
    },
    { create: true },
  );
  rmSync(resolve(dataDir, UNFINISHED));
  return {
    tables: manifest.tables.length,
    rows: total(manifest),
    files: manifest.files.length,
    jobs: manifest.jobs.length,
    migratedBy: journal().entries.length - migrations,
  };
}

const total = (manifest) => manifest.tables.reduce((sum, each) => sum + each.rows, 0);

function readManifest(from) {
  const manifest = readJson(resolve(from, MANIFEST));
  if (manifest?.format === FORMAT) return manifest;
  const problem = existsSync(resolve(from, MANIFEST))
    ? `${MANIFEST} in ${from} is damaged or of another format (${manifest?.format ?? "unreadable"}; this version reads ${FORMAT}).`
    : `${from} is not a backup: it holds no ${MANIFEST}.`;
  throw new Failure("BACKUP", problem, "Name a folder that `factory backup` has made, with --from.");
}

const journal = () => JSON.parse(readFileSync(resolve(MIGRATIONS, "meta", "_journal.json"), "utf8"));
const migrationHash = ({ tag }) =>
  createHash("sha256")
    .update(readFileSync(resolve(MIGRATIONS, `${tag}.sql`), "utf8"))
    .digest("hex");

/** How many of our migrations the backup had; they must be the very same ones. */
function knownMigrations(hashes) {
  const ours = journal().entries.map(migrationHash);
  if (hashes.every((hash, i) => ours[i] === hash)) return hashes.length;
  throw new Failure(
    "BACKUP_VERSION",
    "The backup was made by another or newer version of ModelFactory: it has tables that this one does not know.",
    "Restore it with that version, or update this one.",
  );
}

function refuseFullFolder(dataDir) {
  if (existsSync(resolve(dataDir, UNFINISHED))) {
    const database = databaseDir(dataDir, databaseUser());
    rmSync(database, { recursive: true, force: true });
    rmSync(dataDir, { recursive: true, force: true });
  }
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0)
    throw new Failure(
      "NOT_EMPTY",
      `${dataDir} is not empty, and a restore overwrites nothing.`,
      "Name a new folder with --data, or move the old one away.",
    );
  mkdirSync(dirname(dataDir), { recursive: true });
}

async function verify(from, { tables, files }) {
  for (const { file, sha256 } of tables) await check(resolve(from, file), file, sha256);
  for (const { path, sha256 } of files) await check(resolve(from, "files", path), path, sha256);
}

async function check(file, name, sha256) {
  if (!existsSync(file) || (await hashFile(file)).sha256 !== sha256) throw damaged(name);
}

const damaged = (name) =>
  new Failure(
    "BACKUP_DAMAGED",
    `${name} in the backup is missing or is not what was backed up.`,
    "Nothing was restored. Use another copy of this backup, or an earlier one.",
  );

/** A path of the manifest, which is somebody's file: never outside of the folder. */
function inside(folder, path) {
  const target = resolve(folder, path);
  if (!target.startsWith(folder + sep)) throw damaged(path);
  return target;
}

async function migrateTo(url, count) {
  const folder = mkdtempSync(resolve(tmpdir(), "modelfactory-migrations-"));
  try {
    const { entries, ...rest } = journal();
    const kept = entries.slice(0, count);
    mkdirSync(resolve(folder, "meta"));
    writeFileSync(resolve(folder, "meta", "_journal.json"), JSON.stringify({ ...rest, entries: kept }));
    for (const { tag } of kept)
      writeFileSync(resolve(folder, `${tag}.sql`), readFileSync(resolve(MIGRATIONS, `${tag}.sql`)));
    const { drizzle } = await import("drizzle-orm/node-postgres");
    const { migrate } = await import("drizzle-orm/node-postgres/migrator");
    await withClient(url, (client) => migrate(drizzle(client), { migrationsFolder: folder }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(client, from, { tables, sequences }) {
  await client.query("begin");
  // Rows come table by table in no order of their references; the snapshot they come from was consistent.
  await client.query("set local session_replication_role = replica");
  for (const { table, columns, rows, file } of tables) {
    const list = columns.map(pg.escapeIdentifier).join(", ");
    const name = `public.${pg.escapeIdentifier(table)}`;
    // A migration may itself put rows in.
    await client.query(`delete from ${name}`);
    const copy = client.query(copyFrom(`copy ${name} (${list}) from stdin`));
    await pipeline(createReadStream(resolve(from, file)), copy);
    if (copy.rowCount !== rows) throw damaged(file);
  }
  for (const { name, last } of sequences)
    await client.query("select setval($1::regclass, $2::bigint)", [
      `public.${pg.escapeIdentifier(name)}`,
      last,
    ]);
  await client.query("commit");
}

async function requeue(url, jobs) {
  if (jobs.length === 0) return;
  const { default: PgBoss } = await import("pg-boss");
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false });
  boss.on("error", () => {});
  await boss.start();
  for (const { name, data } of jobs) await boss.send(name, data);
  await boss.stop({ graceful: false, wait: true });
}
