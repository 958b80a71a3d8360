import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readJson } from "./lock.mjs";
import { prepareDataDir } from "./paths.mjs";
import { inspect, sendSignal, sleep, startOf } from "./processes.mjs";
import { stopChildren } from "./stop-children.mjs";
import { AlreadyRunning, createSupervisor, stateFile } from "./supervisor.mjs";

let dataDir;
let lines;
const cleanups = [];

beforeEach(() => {
  dataDir = mkdtempSync(resolve(tmpdir(), "mf-supervisor-"));
  prepareDataDir(dataDir, {});
  lines = [];
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await stopChildren(readJson(stateFile(dataDir)) ?? {}, { maxGraceMs: 100 });
  rmSync(dataDir, { recursive: true, force: true });
});

async function supervise(options = {}) {
  const supervisor = await createSupervisor({
    dataDir,
    log: (line) => lines.push(line),
    onGiveUp: (text) => lines.push(`gave up: ${text}`),
    ...options,
  });
  cleanups.push(() => supervisor.stop());
  return supervisor;
}
const sleeper = (more = {}) => ({ command: "sh", args: ["-c", "sleep 300 & wait"], ...more });
async function until(condition, ms = 5000) {
  const deadline = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited ${ms} ms in vain; log: ${lines.join(" | ")}`);
    await sleep(20);
  }
}

/** Starts a supervisor with two children in a process of its own and answers when they run. */
async function superviseElsewhere() {
  const script = `
    import { createSupervisor } from ${JSON.stringify(new URL("./supervisor.mjs", import.meta.url).href)};
    const supervisor = await createSupervisor({ dataDir: ${JSON.stringify(dataDir)}, log() {}, onGiveUp() {} });
    await supervisor.start('first', { command: 'sh', args: ['-c', 'sleep 300 & wait'], stopPhase: 2 });
    await supervisor.start('deaf', { command: 'sh', args: ['-c', "trap '' TERM; while true; do sleep 0.2; done"], graceMs: 1500 });
    supervisor.setUrl('http://127.0.0.1:1');
    console.log('up');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  cleanups.push(() => sendSignal(child.pid, "SIGKILL"));
  await new Promise((done) => child.stdout.once("data", done));
  return { pid: child.pid, state: readJson(stateFile(dataDir)) };
}

test("children run until stop, which takes their whole group and the state file away", async () => {
  const supervisor = await supervise();
  const { pid } = await supervisor.start("one", sleeper());
  expect(readJson(stateFile(dataDir)).children).toMatchObject([{ name: "one", pid, start: startOf(pid) }]);
  await supervisor.stop();
  expect(startOf(pid)).toBeNull();
  expect(existsSync(stateFile(dataDir))).toBe(false);
});

test("children stop by phase, the last phase last", async () => {
  const supervisor = await supervise();
  const order = resolve(dataDir, "order");
  const noting = (name, stopPhase, pause) =>
    supervisor.start(name, {
      command: "sh",
      args: [
        "-c",
        `trap 'sleep ${pause}; echo ${name} >> ${order}; exit 0' TERM; echo > ${order}.${name}; while true; do sleep 0.02; done`,
      ],
      stopPhase,
      ready: () => existsSync(`${order}.${name}`),
    });
  await noting("database", 2, 0);
  await noting("web", 0, 0.3);
  await noting("runner", 1, 0.1);
  await supervisor.stop();
  expect(readFileSync(order, "utf8").split("\n").filter(Boolean)).toEqual(["web", "runner", "database"]);
});

test("a killed child is started again and its old group is gone", async () => {
  const supervisor = await supervise();
  const { pid } = await supervisor.start("worker", sleeper());
  sendSignal(pid, "SIGKILL");
  await until(() => supervisor.childPid("worker") !== pid && startOf(supervisor.childPid("worker")));
  expect(lines[0]).toBe("worker was ended by SIGKILL; starting it again (1 of 5 this minute)");
  await until(() => lines.includes("worker is back"));
  expect(readJson(stateFile(dataDir)).children).toHaveLength(1);
});

test("a child that keeps dying is given up after five restarts in a minute, with its last words", async () => {
  const supervisor = await supervise();
  const flag = resolve(dataDir, "flag");
  writeFileSync(flag, "");
  await supervisor.start("worker", {
    command: "sh",
    args: ["-c", `[ -e ${flag} ] || { echo out of luck; exit 7; }; sleep 0.2; rm -f ${flag}; exit 7`],
  });
  await until(() => lines.some((line) => line.startsWith("gave up")), 15_000);
  expect(lines.filter((line) => line.includes("starting it again"))).toHaveLength(5);
  expect(lines.at(-1)).toContain(
    "worker exited with 7 and has already been started again 5 times within a minute",
  );
  expect(lines.at(-1)).toContain("out of luck");
}, 20_000);

test("a child that ends before it is ready fails the start with its output", async () => {
  const supervisor = await supervise();
  const start = supervisor.start("web", {
    command: "sh",
    args: ["-c", "echo DATABASE_URL is not set; exit 1"],
    ready: () => false,
  });
  await expect(start).rejects.toThrow(/web exited with 1 before it was ready[\s\S]*DATABASE_URL is not set/);
});

test("a program that does not exist is an error with its name", async () => {
  const supervisor = await supervise();
  await expect(supervisor.start("chain", { command: "/does/not/exist" })).rejects.toThrow(
    "chain could not be started",
  );
});

test("a second supervisor on the folder is refused with the pid and the address of the first", async () => {
  const elsewhere = await superviseElsewhere();
  const refused = await supervise().catch((error) => error);
  expect(refused).toBeInstanceOf(AlreadyRunning);
  expect(refused.message).toContain(`http://127.0.0.1:1 (process ${elsewhere.pid})`);
  expect(startOf(elsewhere.state.children[0].pid)).not.toBeNull();
});

test("SIGKILL of the supervisor leaves no orphan after 3 s, and the next start works", async () => {
  const { pid, state } = await superviseElsewhere();
  sendSignal(pid, "SIGKILL");
  await until(() => state.children.every((child) => startOf(child.pid) === null), 3000);
  const supervisor = await supervise();
  await supervisor.start("one", sleeper());
  await supervisor.stop();
});

test("supervisor and reaper both killed: the next start cleans up by the state file", async () => {
  const { pid, state } = await superviseElsewhere();
  sendSignal(await reaper(), "SIGKILL");
  sendSignal(pid, "SIGKILL");
  await sleep(300);
  expect(state.children.filter((child) => startOf(child.pid))).toHaveLength(2);
  await supervise();
  expect(state.children.filter((child) => startOf(child.pid))).toHaveLength(0);
  expect(lines[0]).toBe("Cleaned up after an earlier start that was killed: stopped deaf, first");
}, 15_000);

test("a process that took over a recorded pid is not stopped", async () => {
  const stranger = spawn("sleep", ["300"], { detached: true, stdio: "ignore" });
  cleanups.push(() => sendSignal(stranger.pid, "SIGKILL"));
  writeFileSync(
    stateFile(dataDir),
    JSON.stringify({
      owner: { pid: 999_999_999, start: "x" },
      children: [{ name: "old", pid: stranger.pid, start: "another life" }],
    }),
  );
  await supervise();
  expect(startOf(stranger.pid)).not.toBeNull();
});

test("a stop ends the runner's training processes by their pid.json, a restart of the runner does not", async () => {
  const runs = resolve(dataDir, "runs");
  const training = spawn("sleep", ["300"], { detached: true, stdio: "ignore" });
  cleanups.push(() => sendSignal(training.pid, "SIGKILL"));
  mkdirSync(resolve(runs, "r1"), { recursive: true });
  writeFileSync(
    resolve(runs, "r1", "pid.json"),
    JSON.stringify({ pid: training.pid, create_time: inspect(training.pid).startedAt }),
  );
  mkdirSync(resolve(runs, "r2"));
  writeFileSync(resolve(runs, "r2", "pid.json"), JSON.stringify({ pid: process.pid, create_time: 12 })); // of an earlier life
  const supervisor = await supervise({ runFolders: [runs] });
  const { pid } = await supervisor.start("runner", sleeper({ stopPhase: 1 }));
  sendSignal(pid, "SIGKILL");
  await until(() => lines.includes("runner is back"));
  expect(startOf(training.pid)).not.toBeNull();
  expect(await supervisor.stop()).toEqual(["runner", "run r1"]);
  expect(startOf(training.pid)).toBeNull();
});

async function reaper() {
  const { listProcesses, commandLine } = await import("./processes.mjs");
  return listProcesses().find((each) => commandLine(each.pid).includes(`reaper.mjs ${stateFile(dataDir)} `))
    .pid;
}
