import { resolve } from "node:path";
import { listFiles } from "../data/files.mjs";
import { readJson } from "../lib/lock.mjs";
import { seconds } from "../lib/log.mjs";
import { commandLine, inspect, listProcesses, sendSignal, sleep, startOf } from "../lib/processes.mjs";
import { startTestApp } from "../lib/test-app.mjs";

const BACK_MS = 120_000;

/** The app on one data folder, with a way to kill any part of it and to see it whole again. */
export class Victim {
  constructor({ dataDir, env, log }) {
    Object.assign(this, { dataDir, env, log, counts: {}, startsMs: [], backMs: {}, left: [] });
  }

  async start() {
    const began = performance.now();
    this.app = await startTestApp({ dataDir: this.dataDir, env: this.env });
    this.url = this.app.url;
    return performance.now() - began;
  }

  stop() {
    return this.app.stop({ keepData: true });
  }

  pidOf(part) {
    return readJson(resolve(this.dataDir, "supervisor.json"))?.children.findLast((each) => each.name === part)
      ?.pid;
  }

  /** A connection's process of the database: the server ends all others with it. */
  backend() {
    const server = this.pidOf("postgres");
    const isBackend = ({ pid, parent }) =>
      parent === server && / modelfactory modelfactory /.test(commandLine(pid));
    return listProcesses().find(isBackend)?.pid;
  }

  /** anvil, which the chain's program stands before. */
  node() {
    const chain = this.pidOf("chain");
    return listProcesses().find(({ parent }) => parent === chain)?.pid;
  }

  /** Process ids of runs on the runner that are alive now. */
  trainings() {
    const runs = resolve(this.dataDir, "runner", "runs");
    return listFiles(runs)
      .filter((path) => path.endsWith("pid.json"))
      .map((path) => readJson(resolve(runs, path)))
      .filter((record) => Math.abs((inspect(record?.pid)?.startedAt ?? 0) - record?.create_time) < 2)
      .map((record) => record.pid);
  }

  /** SIGKILL of one part. Answers whether there was something to kill; the supervisor is started again by us. */
  async kill(part) {
    if (part === "supervisor") {
      const before = readJson(resolve(this.dataDir, "supervisor.json")).children;
      sendSignal(this.app.pid, "SIGKILL");
      const took = await this.start();
      // A run's process that outlived its runner would go on beside its successor.
      this.left = [...this.left, ...before.filter((each) => startOf(each.pid) === each.start)];
      this.startsMs.push(took);
      this.log(`killed supervisor; the next start took ${seconds(took)} s`);
    } else {
      const inside = {
        training: () => this.trainings()[0],
        backend: () => this.backend(),
        node: () => this.node(),
      };
      const pid = inside[part] ? inside[part]() : this.pidOf(part);
      if (!pid || !startOf(pid)) return false;
      sendSignal(pid, "SIGKILL");
      this.log(`killed ${part} (${pid})`);
    }
    this.counts[part] = (this.counts[part] ?? 0) + 1;
    return true;
  }

  /** Until every part runs and a page is served; notes how long that took for the longest of each kind of `killed`. */
  async whole(killed = null) {
    const began = performance.now();
    const deadline = began + BACK_MS;
    const parts = ["web", "worker", "runner", "chain", "postgres"];
    for (;;) {
      const areUp = parts.every((part) => startOf(this.pidOf(part)));
      const isReady =
        areUp &&
        (await fetch(`${this.url}/api/health`, { signal: AbortSignal.timeout(3000) }).catch(() => null))?.ok;
      if (isReady) {
        const took = performance.now() - began;
        if (killed) this.backMs[killed] = Math.max(took, this.backMs[killed] ?? 0);
        return;
      }
      if (performance.now() > deadline)
        throw new Error(`not whole again after ${BACK_MS / 1000} s:\n${this.app.output().slice(-3000)}`);
      await sleep(100);
    }
  }
}
