import { createHash } from "node:crypto";
import { existsSync, readFileSync, statfsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import canonicalize from "canonicalize";
import { savedHeight } from "../lib/chain.mjs";
import { readJson } from "../lib/lock.mjs";
import { root, venvPython } from "../lib/paths.mjs";
import { isSame } from "../lib/processes.mjs";
import { stateFile } from "../lib/supervisor.mjs";
import { appliedMigrations, hasDatabase, runningApp, withClient, withDatabase } from "./database.mjs";
import { damagedBlobs } from "./files.mjs";
import { UNFINISHED } from "./unfinished.mjs";

const LOW_DISK_BYTES = 2e9;
const NO_DISK_BYTES = 2e8;
const RESTORE =
  "Restore the last backup into a new folder: npm run factory -- restore --from BACKUP --data NEW_FOLDER";

/**
 * Looks at a data folder, running or not, and changes nothing in it.
 * @returns {Promise<{id: string, status: "ok"|"warn"|"fail", sentence: string, fix?: string}[]>}
 */
export async function doctor({ dataDir }) {
  const checks = [];
  const add = (id, status, sentence, fix) => checks.push({ id, status, sentence, ...(fix ? { fix } : {}) });
  if (!existsSync(dataDir)) {
    add(
      "folder",
      "fail",
      `There is no data folder ${dataDir}.`,
      "Name it with --data DIR, or make it with npm start.",
    );
    return checks;
  }
  checkFolder(dataDir, add);
  checkProcesses(dataDir, add);
  checkDisk(dataDir, add);
  if (existsSync(resolve(dataDir, UNFINISHED))) return checks;
  if (!checkSecrets(dataDir, add)) return checks;
  // Asked before the database is started to look at it.
  const isRunning = Boolean(runningApp(dataDir));
  const facts = await checkDatabase(dataDir, add, isRunning);
  await checkFiles(dataDir, facts, add);
  checkChain(dataDir, facts, add);
  checkRunner(add);
  return checks;
}

function checkFolder(dataDir, add) {
  if (existsSync(resolve(dataDir, UNFINISHED))) {
    return add(
      "folder",
      "fail",
      "A restore into this folder was cut off, so data is missing.",
      `Run it again: npm run factory -- restore --from BACKUP --data ${dataDir}`,
    );
  }
  const open = ["", "secrets.json"].filter((name) => {
    const path = resolve(dataDir, name);
    return existsSync(path) && (statSync(path).mode & 0o007) !== 0;
  });
  if (open.length === 0) return add("folder", "ok", `${dataDir} is closed to other users.`);
  add(
    "folder",
    "warn",
    "Other users of this machine may read the data folder or its secrets.",
    `chmod o-rwx ${open.map((name) => resolve(dataDir, name)).join(" ")}`,
  );
}

function checkProcesses(dataDir, add) {
  const state = runningApp(dataDir);
  if (!state) {
    const left = readJson(stateFile(dataDir))?.children?.filter(isSame) ?? [];
    if (left.length === 0) return add("processes", "ok", "The app is not running.");
    const names = left.map((each) => `${each.name} (${each.pid})`).join(", ");
    return add(
      "processes",
      "warn",
      `A killed start left ${names} running.`,
      "Run npm start: it stops them first.",
    );
  }
  const gone = state.children.filter((each) => !isSame(each)).map((each) => each.name);
  if (gone.length > 0)
    return add(
      "processes",
      "warn",
      `The app runs (process ${state.owner.pid}), but these parts are down: ${gone.join(", ")}.`,
      "They are started again by themselves; if not, stop the app with Ctrl-C and start it again.",
    );
  add("processes", "ok", `The app runs: ${state.url ?? "starting"} (process ${state.owner.pid}).`);
}

function checkDisk(dataDir, add) {
  const { bavail, bsize } = statfsSync(dataDir);
  const free = bavail * bsize;
  const text = `${(free / 1e9).toFixed(1)} GB of disk are free.`;
  if (free >= LOW_DISK_BYTES) return add("disk", "ok", text);
  add(
    "disk",
    free < NO_DISK_BYTES ? "fail" : "warn",
    text,
    "Free some space: uploads and training stop when the disk is full.",
  );
}

function checkSecrets(dataDir, add) {
  const file = resolve(dataDir, "secrets.json");
  const secrets = readJson(file);
  const missing = ["databasePassword", "attestorKey", "cursorSecret", "splitSecret"].filter(
    (name) => !secrets?.[name],
  );
  if (missing.length === 0) {
    add("secrets", "ok", "The secrets are there.");
    return true;
  }
  if (!existsSync(file) && !hasDatabase(dataDir)) {
    add("secrets", "warn", "The folder is empty: the app has never been started on it.", "Run npm start.");
    return false;
  }
  add(
    "secrets",
    "fail",
    `${file} is missing or damaged: the database cannot be opened without it.`,
    `Copy the file back from a backup. ${RESTORE}`,
  );
  return false;
}

/** What the other checks need from the database; null when it cannot be read. */
async function checkDatabase(dataDir, add, isRunning) {
  try {
    return await withDatabase(dataDir, (url) =>
      withClient(url, async (client) => {
        if (!(await checkMigrations(client, add))) return null;
        await checkAudit(client, add, isRunning);
        await checkWork(client, add);
        return { blobs: await namedBlobs(client), cursor: await chainCursor(client) };
      }),
    );
  } catch (error) {
    add(
      "database",
      "fail",
      `The database cannot be read: ${error.message}`,
      `See ${resolve(dataDir, "logs", "postgres.log")}. ${error.fix ?? RESTORE}`,
    );
    return null;
  }
}

async function checkMigrations(client, add) {
  const folder = resolve(root, "db", "migrations");
  const { entries } = JSON.parse(readFileSync(resolve(folder, "meta", "_journal.json"), "utf8"));
  const ours = entries.map(({ tag }) =>
    createHash("sha256")
      .update(readFileSync(resolve(folder, `${tag}.sql`), "utf8"))
      .digest("hex"),
  );
  const applied = await appliedMigrations(client);
  if (applied.some((hash, i) => ours[i] !== hash)) {
    add(
      "database",
      "fail",
      "The database was made by another or newer version of ModelFactory.",
      "Update this checkout.",
    );
    return false;
  }
  const behind = ours.length - applied.length;
  if (behind === 0) add("database", "ok", "The database answers and is up to date.");
  else
    add(
      "database",
      "warn",
      `The database is ${behind} migrations behind this version.`,
      "Run npm start: it brings it up.",
    );
  return behind === 0;
}

const SEALED_WITHIN_MS = 60_000;

/** The log as server/audit/seal.ts chains it: each entry's hash covers the one before. The newest may still wait for it. */
async function checkAudit(client, add, isRunning) {
  const { rows } = await client.query(
    `select seq, actor_id as "actorId", action, subject, data, place, previous_hash as "previousHash", hash, created_at as at
     from audit_log order by audit_log.place nulls last, seq`,
  );
  const sealed = rows.filter(({ place }) => place !== null);
  let previousHash = "";
  let expected = 0;
  for (const { seq, place, hash, at, ...entry } of sealed) {
    const right = createHash("sha256")
      .update(canonicalize({ ...entry, at: at.toISOString() }))
      .digest("hex");
    expected += 1;
    if (Number(place) !== expected || entry.previousHash !== previousHash || hash !== right)
      return add(
        "audit",
        "fail",
        `The audit log does not fit together at entry ${seq}: it was changed after it was written.`,
        `Find out who could write to the database. ${RESTORE}`,
      );
    previousHash = hash;
  }
  const waiting = rows.slice(sealed.length);
  const fits = `The audit log's ${sealed.length} entries fit together.`;
  if (isRunning && waiting.some(({ at }) => Date.now() - at.getTime() > SEALED_WITHIN_MS))
    return add(
      "audit",
      "warn",
      `${fits} ${waiting.length} more wait to be sealed, some of them for over a minute though the app runs.`,
      "Its log worker.log says what holds the worker up.",
    );
  add(
    "audit",
    "ok",
    waiting.length > 0 ? `${fits} ${waiting.length} more are sealed while the app runs.` : fits,
  );
}

async function checkWork(client, add) {
  const { rows: jobs } = await client.query(
    "select name, count(*)::int as count from pgboss.job where state = 'failed' group by 1 order by 1",
  );
  if (jobs.length > 0)
    add(
      "jobs",
      "warn",
      `Jobs that failed for good: ${jobs.map((each) => `${each.count} ${each.name}`).join(", ")}.`,
      "Open the file or version concerned in the app: its page says why and offers to try again.",
    );
  else add("jobs", "ok", "No job has failed for good.");
  const { rows: stuck } = await client.query(
    "select hash, purpose from chain_transactions where status in ('submitted', 'included') and created_at < now() - interval '10 minutes'",
  );
  if (stuck.length > 0)
    add(
      "transactions",
      "warn",
      `${stuck.length} transactions have been waiting for more than ten minutes, the first for ${stuck[0].purpose}.`,
      "Start the app and check that its chain answers (CHAIN_RPC_URL).",
    );
}

async function namedBlobs(client) {
  const { rows } = await client.query(
    `select file_sha256 as sha256, 'contribution ' || id as owner from contributions
     union all select manifest_sha256, 'version ' || id from snapshots
     union all select split_sha256, 'version ' || id from snapshots
     union all select value, 'run ' || id from training_runs, jsonb_each_text(inputs || artifacts)
     union all select sha256, 'evaluation of run ' || run_id from evaluations`,
  );
  return rows.filter((row) => row.sha256);
}

const chainCursor = async (client) =>
  (await client.query("select chain_id, block_number::int as height from chain_cursors")).rows;

async function checkFiles(dataDir, facts, add) {
  const damaged = await damagedBlobs(resolve(dataDir, "blobs"));
  const has = (sha256) => existsSync(resolve(dataDir, "blobs", "sha256", sha256.slice(0, 2), sha256));
  const missing = (facts?.blobs ?? []).filter((blob) => !has(blob.sha256));
  if (damaged.length > 0)
    add(
      "files",
      "fail",
      `${damaged.length} stored files are not what they were when stored, the first ${damaged[0]}.`,
      `Copy them back from a backup (files/blobs/sha256). Check the disk. ${RESTORE}`,
    );
  if (missing.length > 0)
    add(
      "files",
      "fail",
      `${missing.length} files that the database names are missing, the first of ${missing[0].owner}.`,
      `Copy them back from a backup (files/blobs/sha256). ${RESTORE}`,
    );
  if (damaged.length + missing.length === 0)
    add("files", "ok", "Every stored file is whole, and none is missing.");
}

function checkChain(dataDir, facts, add) {
  if (process.env.CHAIN_RPC_URL || !facts) return;
  const dir = resolve(dataDir, "chain");
  const cursor = facts.cursor.find((each) => each.chain_id === 31_337);
  if (!cursor) return;
  if (runningApp(dataDir))
    return add("chain", "ok", `The local chain is indexed up to block ${cursor.height}.`);
  const height = existsSync(dir) ? savedHeight(dir) : -1;
  if (height >= cursor.height) return add("chain", "ok", `The local chain is saved up to block ${height}.`);
  add(
    "chain",
    "fail",
    `The local chain's file ${height < 0 ? "is missing or damaged" : `ends at block ${height}`}, but the database has seen block ${cursor.height}.`,
    `Copy chain/state.json back from the same backup as the database. ${RESTORE}`,
  );
}

function checkRunner(add) {
  if (process.env.RUNNER_URL) return;
  if (existsSync(venvPython)) return add("runner", "ok", "The training runner is installed.");
  add(
    "runner",
    "warn",
    "The training runner's Python packages are not installed.",
    "Run npm start: it installs them.",
  );
}
