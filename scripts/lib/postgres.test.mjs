import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareDataDir } from "./paths.mjs";
import { anyFreePort } from "./ports.mjs";
import { ensureDatabase, preparePostgres, readPidFile } from "./postgres.mjs";
import { databaseDir, databaseUser, mayEnter } from "./postgres-files.mjs";
import { sendSignal, sleep, startOf } from "./processes.mjs";
import { createSupervisor } from "./supervisor.mjs";

let dataDir;
let supervisor;
let postgres;
const lines = [];

beforeAll(async () => {
  dataDir = mkdtempSync(resolve(tmpdir(), "mf-postgres-"));
  prepareDataDir(dataDir, databaseUser());
  supervisor = await createSupervisor({
    dataDir,
    log: (line) => lines.push(line),
    onGiveUp: (text) => lines.push(text),
  });
  postgres = await preparePostgres({ dataDir, password: "p4ss", port: await anyFreePort() });
  await supervisor.start("postgres", postgres.child);
  await ensureDatabase(postgres.url("postgres"), "shop");
  await ensureDatabase(postgres.url("postgres"), "shop");
}, 30_000);
afterAll(async () => {
  await supervisor?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function query(sql, url = postgres.url("shop")) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test("it is PostgreSQL 15 or newer, in UTF-8 and UTC, and asks for the password", async () => {
  const [facts] = await query(
    "select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding, current_setting('TimeZone') as zone",
  );
  expect(facts.version).toBeGreaterThanOrEqual(150_000);
  expect(facts).toMatchObject({ encoding: "UTF8", zone: "UTC" });
  await expect(query("select 1", postgres.url("shop").replace("p4ss", "wrong"))).rejects.toThrow(
    "password authentication failed",
  );
});

test("SIGKILL of the server: it is started again on the same port and no acknowledged row is lost", async () => {
  await query("create table counts (n int)");
  for (let n = 0; n < 20; n++) await query(`insert into counts values (${n})`);
  const before = supervisor.childPid("postgres");
  sendSignal(before, "SIGKILL");
  while (!lines.includes("postgres is back")) await sleep(20);
  expect(supervisor.childPid("postgres")).not.toBe(before);
  expect(await query("select count(*)::int as count from counts")).toEqual([{ count: 20 }]);
}, 30_000);

test("a server that an earlier start left is stopped, and a postmaster.pid with a number taken by another program is no obstacle", async () => {
  const folder = mkdtempSync(resolve(tmpdir(), "mf-left-"));
  prepareDataDir(folder, databaseUser());
  const { spawn } = await import("node:child_process");
  const options = { dataDir: folder, password: "p4ss", port: await anyFreePort() };
  const launch = ({ child }) =>
    spawn(child.command, child.args, {
      uid: child.uid,
      gid: child.gid,
      env: child.env,
      cwd: child.cwd,
      detached: true,
      stdio: "ignore",
    });
  const first = await preparePostgres(options);
  const left = launch(first);
  while (!first.child.ready(left.pid)) await sleep(20);
  const second = await preparePostgres(options); // stops the one that was left
  expect(startOf(left.pid)).toBeNull();

  writeFileSync(
    resolve(second.dir, "postmaster.pid"),
    [process.pid, second.dir, 1, options.port, "", "127.0.0.1", "", "ready", ""].join("\n"),
  );
  const third = await preparePostgres(options);
  const server = launch(third);
  while (!third.child.ready(server.pid)) await sleep(20);
  expect(readPidFile(third.dir)).toMatchObject({ pid: server.pid, port: options.port, status: "ready" });
  sendSignal(server.pid, "SIGINT");
  while (startOf(server.pid)) await sleep(20);
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

test.runIf(process.getuid?.() === 0)(
  "as root below a closed folder, the files go where the database user can reach them",
  () => {
    const user = databaseUser();
    const closed = mkdtempSync(resolve(tmpdir(), "mf-closed-"));
    const inside = resolve(closed, "data");
    mkdirSync(inside);
    chmodSync(inside, 0o755);
    expect(statSync(closed).mode & 0o077).toBe(0);
    expect(mayEnter(inside, user)).toBe(false);
    expect(databaseDir(inside, user)).toMatch(/^\/var\/.*\/postgres-[0-9a-f-]{36}$/);
    expect(databaseDir(inside, user)).toBe(databaseDir(inside, user));
    chmodSync(closed, 0o711);
    expect(databaseDir(inside, user)).toBe(resolve(inside, "postgres"));
    rmSync(closed, { recursive: true });
  },
);
