import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import type { IntakeSummary } from "../intake";
import { runParseChild } from "../run-parse-child";
import { type Kind, WRITERS } from "./good-file";
import { Random } from "./random";

const FILLER =
  "the quick brown fox jumps over a lazy dog while it rains in the old town and nobody looks up".split(" ");

/** A file of `rows` examples of about 500 characters each, the same on every run. */
export function bigFile(kind: Kind, rows: number): Buffer {
  const random = new Random(7);
  const words = (count: number) => Array.from({ length: count }, () => random.pick(FILLER)).join(" ");
  const pairs = Array.from({ length: rows }, (_, i) => ({
    prompt: `Example ${i}: ${words(60)}?`,
    answer: `${words(30)} ${i}`,
  }));
  if (kind === "parquet") {
    const column = (name: "prompt" | "answer") => ({
      name,
      data: pairs.map((pair) => pair[name]),
      type: "STRING" as const,
    });
    return Buffer.from(
      parquetWriteBuffer({ columnData: [column("prompt"), column("answer")], rowGroupSize: 100_000 }),
    );
  }
  return WRITERS[kind](pairs, new Random(5));
}

/**
 * Reads a file in the child, as the worker does. `peakBytes` is the most that the child held in memory and
 * `cpuSeconds` what it computed, all its threads together (both Linux, 0 elsewhere).
 */
export async function measure(
  entry: string,
  path: string,
  folder: string,
  memoryMb?: number,
): Promise<{ summary: IntakeSummary; seconds: number; cpuSeconds: number; peakBytes: number }> {
  const job = {
    path,
    options: { name: path },
    keptPath: join(folder, "kept.jsonl"),
    setAsidePath: join(folder, "set-aside.jsonl"),
    findingsPath: join(folder, "findings.jsonl"),
  };
  let peakBytes = 0;
  let cpuSeconds = 0;
  const started = performance.now();
  let watch: NodeJS.Timeout | undefined;
  const summary = await runParseChild({
    entry,
    job,
    ...(memoryMb && { memoryMb }),
    onStarted: (pid) => {
      watch = setInterval(() => {
        peakBytes = Math.max(peakBytes, highWater(pid));
        cpuSeconds = Math.max(cpuSeconds, cpuOf(pid));
      }, 20);
    },
  });
  clearInterval(watch);
  return { summary, seconds: (performance.now() - started) / 1000, cpuSeconds, peakBytes };
}

function highWater(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** User and system time, in the kernel's hundredths of a second. */
function cpuOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}
