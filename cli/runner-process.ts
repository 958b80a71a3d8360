import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createRunnerClient, type RunnerClient } from "@/server/runner/client";
import { EXIT_FAILED, Failure } from "./failure";
import { patientClient } from "./patient-client";

export type RunnerProcess = {
  client: RunnerClient;
  /** Rejects when the runner ends by itself, never resolves. */
  ended: Promise<never>;
  /** Stops the runner and with it every training process; safe to call twice. */
  stop(): Promise<void>;
};

const START_TIMEOUT_MS = 60_000;
/** The runner gives its own children ten seconds. */
const STOP_GRACE_MS = 15_000;

/**
 * Waits for its standard input to end, which is the end of the command however it came, and stops the runner.
 * Kept as text because it runs by itself: the bundle may be gone by then.
 */
const GUARD = `
const pid = Number(process.argv[1]);
const signal = (name) => { try { process.kill(pid, name); } catch { process.exit(0); } };
process.stdin.resume().on("end", () => {
  signal("SIGTERM");
  setInterval(() => signal(0), 200);
  setTimeout(() => signal("SIGKILL"), ${STOP_GRACE_MS});
});
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, () => {});
`;

/** Starts a runner of our own on a free port, with its files under `dataDir` and its log in `logPath`. */
export async function startRunner(root: string, dataDir: string, logPath: string): Promise<RunnerProcess> {
  const python = join(root, "training-runner", ".venv", "bin", "python");
  if (!existsSync(python)) {
    throw new Failure(
      "RUNNER_MISSING",
      "The training runner is not installed.",
      "Run it through `npm run factory`, which installs it first.",
      EXIT_FAILED,
    );
  }
  const token = randomBytes(32).toString("hex");
  const log = openSync(logPath, "w", 0o600);
  // A group of its own, so that Ctrl-C reaches it as an ordered stop and not as a blow to every process at once.
  const child = spawn(python, ["-m", "runner.api"], {
    cwd: join(root, "training-runner"),
    env: {
      ...process.env,
      RUNNER_HOST: "127.0.0.1",
      RUNNER_PORT: "0",
      RUNNER_TOKEN: token,
      RUNNER_DATA: dataDir,
      OMP_NUM_THREADS: "1",
      PYTHONUNBUFFERED: "1",
    },
    stdio: ["ignore", "pipe", log],
    detached: true,
  });
  closeSync(log);
  const exited = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let isStopping = false;
  const ended = exited.then((): never => {
    throw isStopping
      ? new Failure("STOPPED", "The run was stopped.", "Start it again.", EXIT_FAILED)
      : died(logPath);
  });
  // Awaited only while a stage runs; an end outside of one is not an unhandled rejection.
  ended.catch(() => {});
  const guard = child.pid === undefined ? null : startGuard(child.pid);

  const stop = async () => {
    isStopping = true;
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_GRACE_MS);
      await exited;
      clearTimeout(timer);
    }
    guard?.kill("SIGKILL");
  };
  try {
    const url = await Promise.race([announcedUrl(child), ended, late()]);
    return { client: patientClient(createRunnerClient({ url, token }), ended), ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startGuard(pid: number): ChildProcess {
  const guard = spawn(process.execPath, ["-e", GUARD, String(pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  guard.unref();
  return guard;
}

async function announcedUrl(child: ChildProcess): Promise<string> {
  const failed = new Promise<never>((_, reject) => child.once("error", reject));
  const line = new Promise<string>((resolve) =>
    createInterface({ input: child.stdout! }).once("line", resolve),
  );
  const { url } = JSON.parse(await Promise.race([line, failed])) as { url: string };
  return url;
}

function late(): Promise<never> {
  return new Promise((_, reject) => {
    const error = new Failure(
      "RUNNER_START",
      "The training runner did not start.",
      "Try again.",
      EXIT_FAILED,
    );
    setTimeout(() => reject(error), START_TIMEOUT_MS).unref();
  });
}

function died(logPath: string): Failure {
  const last = readFileSync(logPath, "utf8").trim().split("\n").at(-1) || "it left no message";
  return new Failure(
    "RUNNER_ENDED",
    `The training runner ended: ${last}.`,
    `Its log is ${logPath}.`,
    EXIT_FAILED,
  );
}
