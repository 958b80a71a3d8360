import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** On Linux a look costs microseconds; elsewhere a process is started for it. */
const LOOK_MS = process.platform === "linux" ? 25 : 250;
const run = promisify(execFile);

/**
 * Watches what a process holds in memory (resident, so buffers outside of V8's heap count too) and calls `onOver` once
 * when it is more than `memoryMb`. A process that ended, or a system that does not say, is not over. The answer stops
 * the watching.
 */
export function watchMemory(pid: number | undefined, memoryMb: number, onOver: () => void): () => void {
  if (pid === undefined) return () => {};
  let isLooking = false;
  const timer = setInterval(async () => {
    if (isLooking) return;
    isLooking = true;
    const bytes = await residentBytes(pid).catch(() => 0);
    isLooking = false;
    if (bytes <= memoryMb * 1_048_576) return;
    clearInterval(timer);
    onOver();
  }, LOOK_MS);
  return () => clearInterval(timer);
}

/** Both systems count in kilobytes of 1,024 bytes. */
async function residentBytes(pid: number): Promise<number> {
  if (process.platform === "linux") {
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024;
  }
  const { stdout } = await run("ps", ["-o", "rss=", "-p", String(pid)]);
  return Number(stdout.trim()) * 1024;
}
