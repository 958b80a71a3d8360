import { readdirSync, readFileSync } from "node:fs";

/** The child of `npm start` that serves the pages. */
export function webProcess(parent) {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const isWeb = (pid) => {
    try {
      const isChild = new RegExp(`^PPid:\\s*${parent}$`, "m").test(
        readFileSync(`/proc/${pid}/status`, "utf8"),
      );
      return isChild && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("scripts/web.mjs");
    } catch {
      return false;
    }
  };
  const found = pids.find(isWeb);
  if (!found) throw new Error("The web process of the app was not found. Is it running on this machine?");
  return found;
}

/** Resident megabytes of a process now and at most until the answer is asked for. */
export function watchMemory(pid) {
  const now = () =>
    Math.round(Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1000);
  const before = now();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, now());
  }, 50);
  return () => {
    clearInterval(timer);
    return { before, peak: Math.max(peak, now()) };
  };
}
