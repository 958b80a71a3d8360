import { spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { databaseDir, databaseUser, postgresBinaries } from "./postgres-files.mjs";
import { commandLine, inspect, sendSignal, stopGroup } from "./processes.mjs";

const USER = "modelfactory";
const FAST_SHUTDOWN = { signal: "SIGINT", leaderOnly: true, graceMs: 15_000 };

/**
 * A PostgreSQL server from the npm package's binaries, as something the supervisor can run. Creates its files
 * when missing (0.6-3 s) and stops a server that an earlier start left behind on the same files.
 * `fsync: false` is for tests only: a machine that loses power loses the data.
 * @param {{dataDir: string, password: string, port: number, fsync?: boolean}} options
 * @returns {Promise<{child: object, url: (database: string) => string, dir: string}>}
 */
export async function preparePostgres({ dataDir, password, port, fsync = true }) {
  const user = databaseUser();
  const binaries = postgresBinaries(user);
  const dir = databaseDir(dataDir, user);
  await stopLeftServer(dir);
  if (!existsSync(resolve(dir, "PG_VERSION"))) initialise({ binaries, dir, user, password });
  // Sockets in a folder fail beyond 107 bytes of path, and TCP on the loopback address serves everyone.
  const settings = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=100",
    "timezone=UTC",
  ];
  if (!fsync)
    settings.push("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB");
  const child = {
    command: resolve(binaries, "bin", "postgres"),
    args: ["-D", dir, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])],
    // It needs nothing of ours: our variables hold keys.
    env: { PATH: process.env.PATH, LC_ALL: "C" },
    cwd: "/",
    ...user,
    ...FAST_SHUTDOWN,
    beforeRestart: () => stopLeftServer(dir),
    ready: (pid) => {
      const file = readPidFile(dir);
      return file?.pid === pid && file.status === "ready";
    },
  };
  return { child, dir, url: (database) => `postgres://${USER}:${password}@127.0.0.1:${port}/${database}` };
}

/** Creates the database when it does not exist yet. `adminUrl` names the `postgres` database of the same server. */
export async function ensureDatabase(adminUrl, name) {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 5000 });
  await client.connect();
  try {
    const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [name]);
    if (rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

/** What postmaster.pid says, or null. `status` is 'ready' once connections are accepted. */
export function readPidFile(dir) {
  try {
    const lines = readFileSync(resolve(dir, "postmaster.pid"), "utf8").split("\n");
    return {
      pid: Number(lines[0]),
      startedAt: Number(lines[2]),
      port: Number(lines[3]),
      status: lines[7]?.trim(),
    };
  } catch {
    return null;
  }
}

/** Stops the server that still runs on these files, if any, and makes a stale postmaster.pid harmless. */
export async function stopLeftServer(dir) {
  const file = readPidFile(dir);
  if (!file) return;
  const found = inspect(file.pid);
  const isOurs =
    found && commandLine(file.pid).includes(` -D ${dir} `) && Math.abs(found.startedAt - file.startedAt) < 60;
  if (isOurs) await stopGroup({ pid: file.pid, start: found.start, ...FAST_SHUTDOWN });
  if (readPidFile(dir)?.pid === file.pid && sendSignal(file.pid, 0)) replacePid(dir);
}

// The number in the file is taken by another program or by a zombie, and PostgreSQL would refuse to start. The
// file stays, because it also names the shared memory by which PostgreSQL knows that old backends still run.
function replacePid(dir) {
  const path = resolve(dir, "postmaster.pid");
  const [, ...rest] = readFileSync(path, "utf8").split("\n");
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  writeFileSync(path, [pid, ...rest].join("\n"));
}

function initialise({ binaries, dir, user, password }) {
  mkdirSync(dirname(dir), { recursive: true });
  // Into a folder aside first: a start that is killed here leaves nothing that looks like a database.
  const partial = `${dir}.creating`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { mode: 0o700 });
  const passwordFile = `${dir}.password`;
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user.uid !== undefined) for (const path of [partial, passwordFile]) chownSync(path, user.uid, user.gid);
  try {
    const args = [
      "-D",
      partial,
      "-U",
      USER,
      "--auth=scram-sha-256",
      `--pwfile=${passwordFile}`,
      "-E",
      "UTF8",
      "--locale=C.UTF-8",
      "--no-sync",
    ];
    const { status, stdout, stderr, error } = spawnSync(
      resolve(binaries, "bin", "initdb"),
      fallbackLocale(args),
      { ...user, encoding: "utf8", cwd: "/" },
    );
    if (status !== 0)
      throw new Error(
        `The database could not be created. ${(stderr || stdout || error?.message || "").trim()}`,
      );
    renameSync(partial, dir);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(partial, { recursive: true, force: true });
  }
}

// macOS has no C.UTF-8; plain C sorts the same way, by code point.
const fallbackLocale = (args) =>
  args.map((arg) => (arg === "--locale=C.UTF-8" && process.platform === "darwin" ? "--locale=C" : arg));
