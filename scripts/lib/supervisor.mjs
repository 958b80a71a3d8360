import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { closeSync, existsSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { claim, readJson, writeJson } from "./lock.mjs";
import { logFile, openLogFile, tail } from "./log.mjs";
import { sleep, startOf, stopGroup } from "./processes.mjs";
import { stopChildren } from "./stop-children.mjs";

/** A part that keeps ending is broken; a suite that kills on purpose allows more. */
const MAX_RESTARTS_A_MINUTE = Number(process.env.RESTARTS_A_MINUTE) || 5;
const MAX_PAUSE_MS = 4000;
/** Far more than a part needs: a small machine may be busy with other things. */
const READY_MS = 180_000;

export const stateFile = (dataDir) => resolve(dataDir, "supervisor.json");

/**
 * Runs programs for one data folder, and sees to it that none outlives this process, however it ends:
 * each child leads its own group and is written to the state file before anything else happens with it; a
 * detached reaper holds a pipe from us and stops them all when it breaks; the next start stops what both left.
 *
 * A child is {command, args, env, cwd, uid, gid, signal, leaderOnly, graceMs, stopPhase, ready(pid), readyTimeoutMs,
 * beforeRestart}. Children stop by stopPhase, 0 first; those of one phase stop together.
 * @param {{dataDir: string, log: (text: string) => void, runFolders?: string[], onGiveUp: (sentence: string) => void}} options
 *   runFolders: folders whose subfolders hold the pid.json of processes that live in their own sessions and are ours to stop
 * @throws AlreadyRunning when a living process holds the data folder
 */
export async function createSupervisor({ dataDir, log, runFolders = [], onGiveUp }) {
  const file = stateFile(dataDir);
  const state = { id: randomUUID(), children: [], runFolders, url: null };
  const holder = await claim(file, state, async (left) => {
    const stopped = await stopChildren(left, {});
    if (left.children?.length)
      log(
        `Cleaned up after an earlier start that was killed${stopped.length ? `: stopped ${stopped.join(", ")}` : ""}`,
      );
  });
  if (holder) throw new AlreadyRunning(holder);
  state.owner = readJson(file).owner;
  const save = () => writeJson(file, state);
  const reaper = startReaper(file, state.id);
  const reaperEnded = new Promise((done) => reaper.once("exit", done));
  let stopping = null;

  function launch(child) {
    const output = openLogFile(dataDir, child.name);
    const { command, args = [], env = process.env, cwd, uid, gid } = child;
    const launched = spawn(command, args, {
      env,
      cwd,
      uid,
      gid,
      detached: true,
      stdio: ["ignore", output, output],
    });
    closeSync(output);
    if (launched.pid === undefined) {
      return new Promise((_, fail) =>
        launched.once("error", (error) =>
          fail(new Error(`${child.name} could not be started: ${error.message}`)),
        ),
      );
    }
    const { signal, leaderOnly, graceMs, stopPhase = 0 } = child;
    const record = {
      name: child.name,
      pid: launched.pid,
      start: startOf(launched.pid),
      signal,
      leaderOnly,
      graceMs,
      stopPhase,
    };
    state.children = [...state.children.filter((each) => each.name !== child.name), record];
    save();
    child.pid = launched.pid;
    child.alive = true;
    child.exited = new Promise((done) =>
      launched.once("exit", (code, by) => done(by ? `was ended by ${by}` : `exited with ${code}`)),
    );
    child.exited.then((how) => {
      child.alive = false;
      if (!stopping && child.settled) void restart(child, record, how);
      else child.failure = how;
    });
    return child;
  }

  async function untilReady(child) {
    const deadline = performance.now() + (child.readyTimeoutMs ?? READY_MS);
    while (child.ready && !(await child.ready(child.pid))) {
      if (stopping) throw new Error("stopping");
      if (!child.alive)
        throw new Error(
          `${child.name} ${child.failure ?? "ended"} before it was ready.\n${lastWords(dataDir, child.name)}`,
        );
      if (performance.now() > deadline)
        throw new Error(`${child.name} did not become ready in time.\n${lastWords(dataDir, child.name)}`);
      await sleep(25);
    }
  }

  async function restart(child, record, how) {
    const now = performance.now();
    child.restarts = [...(child.restarts ?? []).filter((at) => now - at < 60_000), now];
    const count = child.restarts.length;
    if (count > MAX_RESTARTS_A_MINUTE) {
      onGiveUp(
        `${child.name} ${how} and has already been started again ${MAX_RESTARTS_A_MINUTE} times within a minute, so everything stops. See ${logFile(dataDir, child.name)}\n${lastWords(dataDir, child.name)}`,
      );
      return;
    }
    log(`${child.name} ${how}; starting it again (${count} of ${MAX_RESTARTS_A_MINUTE} this minute)`);
    try {
      await stopGroup({ ...record, graceMs: 1000 });
      if (count > 1) await sleep(Math.min(250 * 2 ** (count - 2), MAX_PAUSE_MS));
      await child.beforeRestart?.();
      if (stopping) return;
      await launch(child);
      await untilReady(child);
      log(`${child.name} is back`);
    } catch (error) {
      // One that died again is handled by its own exit; everything else would hide behind it.
      if (!stopping && child.alive) onGiveUp(error.message);
    }
  }

  return {
    /** Starts a child under a name and waits until it is ready. Rejects with its last output when it is not. */
    async start(name, options) {
      if (stopping) throw new Error("stopping");
      const child = { ...options, name };
      await launch(child);
      await untilReady(child);
      child.settled = true;
      if (!child.alive && !stopping)
        void restart(
          child,
          state.children.find((each) => each.name === name),
          child.failure,
        );
      return child;
    },
    /** Runs a program to its end under a name; it is stopped with everything else. Rejects with its last output. */
    async run(name, options) {
      if (stopping) throw new Error("stopping");
      const child = { ...options, name };
      await launch(child);
      const how = await child.exited;
      state.children = state.children.filter((each) => each.name !== name);
      if (stopping) throw new Error("stopping");
      save();
      if (how !== "exited with 0") throw new Error(`${name} ${how}.\n${lastWords(dataDir, name, 40)}`);
    },
    /** Tells a second start where the app is. */
    setUrl(url) {
      state.url = url;
      save();
    },
    /** Stops all children in order. Safe to call more than once. */
    stop() {
      stopping ??= stopChildren(state, {}).then(async (stopped) => {
        rmSync(file, { force: true });
        reaper.stdin.end();
        // It has nothing left to do and ends by itself; a stop that has returned leaves no process of ours.
        await Promise.race([reaperEnded, sleep(3000)]);
        return stopped;
      });
      return stopping;
    },
    get stopping() {
      return stopping !== null;
    },
    childPid: (name) => state.children.find((each) => each.name === name)?.pid,
  };
}

export class AlreadyRunning extends Error {
  constructor({ owner, url }) {
    super(
      url
        ? `ModelFactory already runs on this data folder: ${url} (process ${owner.pid}). Stop it there with Ctrl-C, or use another folder with --data.`
        : `ModelFactory is already being started on this data folder by process ${owner.pid}. Wait for it, or use another folder with --data.`,
    );
    this.pid = owner.pid;
    this.url = url;
  }
}

function startReaper(file, id) {
  const script = fileURLToPath(new URL("./reaper.mjs", import.meta.url));
  const reaper = spawn(process.execPath, [script, file, id], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  reaper.stdin.on("error", () => {});
  reaper.unref();
  reaper.stdin.unref();
  return reaper;
}

function lastWords(dataDir, name, lines = 12) {
  const file = logFile(dataDir, name);
  return existsSync(file) ? `The end of ${file}:\n${tail(file, lines)}` : "";
}
