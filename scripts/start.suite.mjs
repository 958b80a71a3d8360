// The whole app as a newcomer starts it: run by `node --test`, as the suite "start" of `npm test`.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { resolve } from "node:path";
import { after, before, test } from "node:test";
import { readJson } from "./lib/lock.mjs";
import { root } from "./lib/paths.mjs";
import { freePort } from "./lib/ports.mjs";
import { commandLine, listProcesses, sendSignal, sleep, startOf } from "./lib/processes.mjs";
import { startTestApp } from "./lib/test-app.mjs";

let app;
before(async () => {
  app = await startTestApp();
});
after(() => app?.stop());

const children = () => readJson(resolve(app.dataDir, "supervisor.json")).children;
const pidOf = (name) => children().find((each) => each.name === name)?.pid;
const page = async () =>
  (await fetch(app.url, { signal: AbortSignal.timeout(5000) }).catch(() => null))?.status;
/** Living processes that name the data folder or are a recorded child. */
function remains(recorded) {
  const pids = new Set(recorded.map((each) => each.pid));
  return listProcesses().filter((each) => pids.has(each.pid) || commandLine(each.pid).includes(app.dataDir));
}
async function until(what, condition, ms) {
  for (const deadline = performance.now() + ms; !(await condition()); await sleep(50))
    assert.ok(performance.now() < deadline, `${what} within ${ms} ms\n${app.output()}`);
}

test("it serves a page, and its secrets are for its owner only", async () => {
  assert.equal(await page(), 200);
  for (const name of ["secrets.json", "app.json", "supervisor.json"])
    assert.equal(statSync(resolve(app.dataDir, name)).mode & 0o077, 0, name);
  assert.deepEqual(readJson(resolve(app.dataDir, "app.json")), { url: app.url, pid: app.pid });
});

test("a second start on the same folder names the process and the address, and changes nothing", async () => {
  const before = children();
  const args = [resolve(root, "scripts", "start.mjs"), "--data", app.dataDir];
  const second = spawnSync(process.execPath, args, { encoding: "utf8", env: { ...process.env, PORT: "0" } });
  assert.equal(second.status, 1);
  assert.match(second.stdout, new RegExp(`${app.url} \\(process ${app.pid}\\)`));
  assert.deepEqual(children(), before);
  assert.equal(await page(), 200);
});

test("every part that is killed comes back", async () => {
  for (const name of ["worker", "web", "runner", "chain", "postgres"]) {
    const old = pidOf(name);
    sendSignal(old, "SIGKILL");
    await until(
      `${name} back`,
      () => app.output().includes(`${name} is back`) && startOf(pidOf(name)),
      20_000,
    );
    assert.notEqual(pidOf(name), old);
  }
  const healthy = async () => (await fetch(`${app.url}/api/health`).catch(() => null))?.ok;
  await until("healthy again", healthy, 15_000);
});

test("SIGKILL of the start itself leaves no process behind, and the next start works on the same data", async () => {
  const recorded = children();
  sendSignal(app.pid, "SIGKILL");
  await until("everything gone", () => remains(recorded).length === 0, 5000);
  app = await startTestApp({ dataDir: app.dataDir });
  assert.equal(await page(), 200);
});

test("Ctrl-C stops everything, and a taken port falls to the next free one", async () => {
  const recorded = children();
  await app.stop({ keepData: true });
  assert.match(app.output(), /Everything is stopped/);
  assert.deepEqual(remains(recorded), []);
  assert.equal(existsSync(resolve(app.dataDir, "supervisor.json")), false);
  const { port } = await freePort(3100);
  const stranger = createServer().listen(port, "127.0.0.1");
  app = await startTestApp({ dataDir: app.dataDir, env: { PORT: String(port) } });
  stranger.close();
  assert.match(app.output(), new RegExp(`Port ${port} is taken, so the web uses \\d+`));
  assert.equal(await page(), 200);
});
