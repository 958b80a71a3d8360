import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { root } from "./paths.mjs";
import { sendSignal } from "./processes.mjs";

const DEFAULT_TIMEOUT_MS = 10 * 60_000;

/**
 * The whole app as `npm start` runs it, on free ports and a temporary data folder. It stops when `stop` is
 * called, and also when the process that started it ends in any way.
 * @param {{dataDir?: string, env?: Record<string, string>, timeoutMs?: number, onLine?: (line: string) => void}} options
 * @returns {Promise<{url: string, dataDir: string, pid: number, output: () => string, stop: (options?: {keepData?: boolean}) => Promise<void>}>}
 * @throws with everything the start printed
 */
export async function startTestApp({ dataDir, env = {}, timeoutMs = DEFAULT_TIMEOUT_MS, onLine } = {}) {
  const folder = dataDir ?? mkdtempSync(resolve(tmpdir(), "modelfactory-app-"));
  const child = spawn(process.execPath, [resolve(root, "scripts", "start.mjs"), "--data", folder], {
    cwd: root,
    env: { ...withoutParts(process.env), PORT: "0", npm_lifecycle_event: "start", SEED: "off", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    // Not in our group: Ctrl-C reaches it through `stop`, in order.
    detached: true,
  });
  let output = "";
  const exited = new Promise((done) => child.once("exit", (code, signal) => done(signal ?? code)));
  const ready = new Promise((done, fail) => {
    const timer = setTimeout(() => {
      sendSignal(child.pid, "SIGTERM");
      fail(new Error(`The app was not ready after ${timeoutMs / 1000} s:\n${output}`));
    }, timeoutMs);
    let line = "";
    const read = (data) => {
      output = (output + data).slice(-100_000);
      line += data;
      const lines = line.split("\n");
      line = lines.pop();
      for (const each of lines) {
        onLine?.(each);
        const ready = /Ready: (\S+)/.exec(each)?.[1];
        if (ready) {
          clearTimeout(timer);
          done(ready);
        }
      }
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    exited.then((how) => {
      clearTimeout(timer);
      fail(new Error(`The app ended (${how}) before it was ready:\n${output}`));
    });
  });
  const url = await ready.catch(async (error) => {
    await exited;
    if (!dataDir) rmSync(folder, { recursive: true, force: true });
    throw error;
  });
  return {
    url,
    dataDir: folder,
    pid: child.pid,
    output: () => output,
    stop: async ({ keepData = false } = {}) => {
      sendSignal(child.pid, "SIGINT");
      await exited;
      if (!keepData) rmSync(folder, { recursive: true, force: true });
    },
  };
}

// The test app has its own of each part, whatever the caller's environment (vitest sets these too) says.
function withoutParts(environment) {
  const parts = [
    "DATABASE_URL",
    "RUNNER_URL",
    "RUNNER_TOKEN",
    "CHAIN_RPC_URL",
    "CHAIN_ID",
    "APP_ORIGIN",
    "DATA_DIR",
    "NODE_ENV",
  ];
  const keys = [
    "ATTESTOR_KEY",
    "CURSOR_SECRET",
    "SPLIT_SECRET",
    "DATANET_REGISTRY",
    "ADAPTER_REGISTRY",
    "ACCESS_MANAGER",
  ];
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => ![...parts, ...keys].includes(name)),
  );
}
