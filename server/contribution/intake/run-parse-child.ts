import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { type Problem, problem } from "./codes";
import type { Inspection } from "./inspect";
import type { IntakeOptions, IntakeSummary } from "./intake";
import { watchMemory } from "./watch-memory";

/** Looks at `path`, reads it, and writes kept rows (IntakeRow) and set-aside rows (SetAside) as JSON lines to the two files. */
export type ParseJob = {
  path: string;
  options: IntakeOptions;
  keptPath: string;
  setAsidePath: string;
  /** Findings, as JSON lines. */
  findingsPath: string;
  /** FarCandidate, as JSON lines; left out when there is nothing to compare with. */
  farPath?: string;
  /**
   * `path` is a mended file: nothing is read but which rows it replaces. They go to `keptPath`, one number a line, and
   * its own columns are the summary's `fields`.
   */
  isMended?: boolean;
};
export type ParseMessage =
  | { type: "inspected"; inspection: Inspection }
  | { type: "progress"; bytes: number; rows: number }
  | { type: "done"; summary: IntakeSummary };

export type ParseChildOptions = {
  /** The bundled parse-child.ts: a JavaScript file that Node runs as it is. */
  entry: string;
  job: ParseJob;
  timeLimitMs?: number;
  /** Of the whole process, in MB of 1,048,576 bytes. */
  memoryMb?: number;
  onStarted?: (pid: number) => void;
  /** What the child saw of the file before it read it; not called where it did not come so far. */
  onInspected?: (inspection: Inspection) => void;
  onProgress?: (done: { bytes: number; rows: number }) => void;
  /** Kills the child; the promise then rejects with the signal's reason. */
  signal?: AbortSignal;
};

/** One line of JSON. Readline also ends a line at U+2028 and U+2029, which a column's name may hold. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value).replace(/[\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16)}`)}\n`;
}

/**
 * Runs one inspection and intake in a child process with an empty environment, and kills it after `timeLimitMs` or
 * when it holds more than `memoryMb`. A child that was stopped or broke answers as a refused file: PARSE_TIMEOUT or
 * PARSE_CRASHED.
 */
export async function runParseChild(options: ParseChildOptions): Promise<IntakeSummary> {
  const {
    entry,
    job,
    timeLimitMs = 300_000,
    memoryMb = 512,
    onStarted,
    onInspected,
    onProgress,
    signal,
  } = options;
  signal?.throwIfAborted();
  const child = spawn(process.execPath, [`--max-old-space-size=${memoryMb}`, entry], {
    // Empty: the child reads a stranger's file and needs no secret.
    env: {} as NodeJS.ProcessEnv,
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
  });
  if (child.pid !== undefined) onStarted?.(child.pid);
  let summary: IntakeSummary | null = null;
  let errors = "";
  let isLate = false;
  const kill = () => child.kill("SIGKILL");
  let isOverMemory = false;
  const stopWatching = watchMemory(child.pid, memoryMb, () => {
    isOverMemory = true;
    kill();
  });
  const timer = setTimeout(() => {
    isLate = true;
    kill();
  }, timeLimitMs);
  signal?.addEventListener("abort", kill);
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-4000);
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const message = JSON.parse(line) as ParseMessage;
    if (message.type === "progress") onProgress?.({ bytes: message.bytes, rows: message.rows });
    else if (message.type === "inspected") onInspected?.(message.inspection);
    else summary = message.summary;
  });
  // A child that died early closes its input; its exit tells the story.
  child.stdin.on("error", () => {});
  child.stdin.write(jsonLine(job));
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    signal?.throwIfAborted();
    if (isLate) return refusedSummary(problem("PARSE_TIMEOUT", { seconds: Math.round(timeLimitMs / 1000) }));
    if (code === 0 && summary !== null) return summary;
    const isMemory =
      isOverMemory || /heap out of memory|heap limit|Array buffer allocation failed/i.test(errors);
    const reason = isMemory
      ? `it needed more than ${memoryMb} MB of memory`
      : "the reader ended unexpectedly";
    return refusedSummary(problem("PARSE_CRASHED", { reason }));
  } finally {
    clearTimeout(timer);
    stopWatching();
    signal?.removeEventListener("abort", kill);
    kill();
  }
}

/** What a file comes to of which no row counts. */
export const refusedSummary = (refusal: Problem): IntakeSummary => ({
  ...emptySummary(),
  counts: { [refusal.code]: 1 },
  problem: refusal,
});

export function emptySummary(): IntakeSummary {
  const rows = { uploaded: 0, kept: 0, repaired: 0, setAside: 0 };
  return { format: null, mapping: null, fields: [], rows, counts: {}, health: null, problem: null };
}
