import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";
import pg from "pg";
import { to as copyTo } from "pg-copy-streams";
import { call, chainFiles } from "../lib/chain.mjs";
import { writeJson } from "../lib/lock.mjs";
import { root } from "../lib/paths.mjs";
import { commandLine } from "../lib/processes.mjs";
import { appliedMigrations, hasDatabase, runningApp, withClient, withDatabase } from "./database.mjs";
import { Failure } from "./failure.mjs";
import { copyHashed, listFiles, writeHashed } from "./files.mjs";

export const FORMAT = 1;
export const MANIFEST = "backup.json";

/** Folders of files that never change once written. Runs in work are not among them: they are made again. */
const BLOB_FOLDERS = ["blobs/sha256", "runner/blobs"];
const SINGLE_FILES = ["secrets.json", "contracts.json"];

/**
 * Writes a data folder to a new folder `out`: every table in one snapshot of the database, then the files it names,
 * then the chain, which so is never older than the database. The app may run meanwhile.
 * @returns {Promise<object>} the manifest, also written as `backup.json`
 */
export async function backup({ dataDir, out, say }) {
  if (!existsSync(dataDir))
    throw new Failure("FOLDER", `There is no data folder ${dataDir}.`, "Name it with --data DIR.");
  if (!existsSync(resolve(dataDir, "secrets.json")) && !hasDatabase(dataDir))
    throw new Failure(
      "FOLDER",
      `${dataDir} is not a data folder: it holds neither secrets nor a database.`,
      "Name the folder that the app was started with, with --data DIR.",
    );
  if (existsSync(out))
    throw new Failure(
      "EXISTS",
      `${out} exists already.`,
      "Name a new folder with --out; a backup overwrites nothing.",
    );
  // Only a whole backup bears its name: one that is cut off is seen as such.
  const partial = resolve(dirname(out), `${basename(out)}.partial`);
  rmSync(partial, { recursive: true, force: true });
  const manifest = {
    format: FORMAT,
    version: JSON.parse(readFileSync(resolve(root, "package.json"), "utf8")).version,
    createdAt: new Date().toISOString(),
  };
  try {
    await withDatabase(dataDir, (url) =>
      withClient(url, async (client) => {
        await client.query("begin isolation level repeatable read read only");
        Object.assign(manifest, await dumpDatabase(client, partial));
        say(`${manifest.tables.length} tables, ${sum(manifest.tables, "rows")} rows`);
        manifest.files = await copyFiles(dataDir, partial);
        say(`${manifest.files.length} files, ${sum(manifest.files, "bytes")} bytes`);
        manifest.files.push(...(await saveChain(dataDir, partial)));
        await client.query("commit");
      }),
    );
    writeJson(resolve(partial, MANIFEST), manifest);
    renameSync(partial, out);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
  return manifest;
}

const sum = (entries, key) => entries.reduce((total, each) => total + each[key], 0);

async function dumpDatabase(client, folder) {
  const migrations = await appliedMigrations(client);
  const { rows: columns } = await client.query(
    `select c.table_name as table, json_agg(c.column_name order by c.ordinal_position) as columns
     from information_schema.columns c
     join information_schema.tables t using (table_schema, table_name)
     where table_schema = 'public' and table_type = 'BASE TABLE' and c.is_generated = 'NEVER'
     group by 1 order by 1`,
  );
  const tables = [];
  for (const { table, columns: names } of columns) {
    const file = `database/${table}.copy`;
    const list = names.map(pg.escapeIdentifier).join(", ");
    const copy = client.query(copyTo(`copy public.${pg.escapeIdentifier(table)} (${list}) to stdout`));
    const { bytes, sha256 } = await writeHashed(copy, resolve(folder, file));
    tables.push({ table, columns: names, rows: copy.rowCount, file, bytes, sha256 });
  }
  const { rows: sequences } = await client.query(
    "select sequencename as name, last_value::text as last from pg_sequences where schemaname = 'public' and last_value is not null order by 1",
  );
  const { rows: queue } = await client.query("select to_regclass('pgboss.job') as found");
  const jobs = queue[0].found
    ? (
        await client.query(
          "select name, data from pgboss.job where state in ('created', 'retry', 'active') and name not like '\\_\\_%' order by created_on",
        )
      ).rows
    : [];
  return { migrations, tables, sequences, jobs };
}

async function copyFiles(dataDir, folder) {
  const paths = SINGLE_FILES.filter((path) => existsSync(resolve(dataDir, path)));
  for (const name of BLOB_FOLDERS)
    for (const path of listFiles(resolve(dataDir, name)))
      if (!isTemporary(path)) paths.push(`${name}/${path}`);
  const files = [];
  for (const path of paths) {
    const copied = await copyHashed(resolve(dataDir, path), resolve(folder, "files", path));
    files.push({ path, ...copied });
  }
  return files;
}

const isTemporary = (path) => /^partial[\\/]/.test(path);

/** From the running chain itself; of one that is stopped its saved state and the journal of what came after. */
async function saveChain(dataDir, folder) {
  const target = resolve(folder, "files", "chain", "state.json");
  const child = runningApp(dataDir)?.children.find((each) => each.name === "chain");
  const port = child && / --port (\d+)/.exec(commandLine(child.pid))?.[1];
  if (port) {
    const dump = await call(`http://127.0.0.1:${port}`, "anvil_dumpState");
    const state = gunzipSync(Buffer.from(dump.slice(2), "hex"));
    return [{ path: "chain/state.json", ...(await writeHashed(Readable.from([state]), target)) }];
  }
  const dir = resolve(dataDir, "chain");
  if (!existsSync(dir)) return [];
  const { state, journal } = chainFiles(dir);
  const saved = [];
  for (const file of [state, journal].filter((path) => existsSync(path))) {
    const path = `chain/${basename(file)}`;
    saved.push({ path, ...(await copyHashed(file, resolve(folder, "files", path))) });
  }
  return saved;
}
