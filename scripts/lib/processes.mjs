import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * What the system knows of one process, or null when it is gone. A zombie counts as gone: it runs nothing,
 * and where nobody reaps it stays for ever.
 * `start` is a token that only this life of the pid has; `startedAt` is the same moment in Unix seconds.
 * @returns {{pid: number, parent: number, group: number, session: number, start: string, startedAt: number} | null}
 */
export function inspect(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return process.platform === "linux" ? inspectProc(pid) : (inspectPs(["-p", String(pid)])[0] ?? null);
}

export const startOf = (pid) => inspect(pid)?.start ?? null;

/** Is the process with this pid still the one that started at `start`? */
export const isSame = ({ pid, start }) => start !== null && startOf(pid) === start;

export function listProcesses() {
  if (process.platform !== "linux") return inspectPs(["-ax"]);
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => inspectProc(Number(name)))
    .filter(Boolean);
}

/** Living processes of the group or session that `pid` leads or led. */
export const membersOf = (pid) =>
  listProcesses().filter((each) => each.group === pid || each.session === pid);

/**
 * Stops a detached child with everything in its group, and waits until it is gone.
 * @param {{pid: number, start: string|null, signal?: NodeJS.Signals, leaderOnly?: boolean, graceMs?: number}} child
 * @returns {Promise<'gone'|'stopped'|'killed'>} gone: there was nothing to stop
 */
export async function stopGroup({ pid, start, signal = "SIGTERM", leaderOnly = false, graceMs = 6000 }) {
  const leader = inspect(pid);
  // The number belongs to another process by now; a group keeps its number taken, so none of ours is left.
  if (leader && leader.start !== start) return "gone";
  if (membersOf(pid).length === 0) return "gone";
  sendSignal(leaderOnly && leader ? pid : -pid, signal);
  const deadline = performance.now() + graceMs;
  while (performance.now() < deadline) {
    if (membersOf(pid).length === 0) return "stopped";
    await sleep(25);
  }
  for (const each of membersOf(pid)) sendSignal(each.pid, "SIGKILL");
  while (membersOf(pid).length > 0 && performance.now() < deadline + 2000) await sleep(25);
  return "killed";
}

/** Sends a signal to a process, or with a negative number to a group. One that is gone is not an error. */
export function sendSignal(pid, signal) {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** The program and arguments of a process as one string, '' when unknown. */
export function commandLine(pid) {
  if (process.platform !== "linux")
    return spawnSync("ps", ["-ww", "-o", "command=", "-p", String(pid)], { encoding: "utf8" }).stdout ?? "";
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return "";
  }
}

const CLOCK_TICKS_PER_SECOND = 100;
let boot;

function bootFacts() {
  boot ??= {
    // Ticks count from boot: without the boot's own id, a pid could be mistaken for one of before a restart.
    id: readFileSync("/proc/sys/kernel/random/boot_id", "utf8").slice(0, 8),
    at: Number(/^btime (\d+)/m.exec(readFileSync("/proc/stat", "utf8"))?.[1] ?? 0),
  };
  return boot;
}

function inspectProc(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The program's name is in brackets and may itself hold brackets and spaces: fields begin after the last one.
    const [state, parent, group, session, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (state === "Z" || state === "X") return null;
    const ticks = Number(rest[15]);
    const { id, at } = bootFacts();
    return {
      pid,
      parent: Number(parent),
      group: Number(group),
      session: Number(session),
      start: `${id}:${ticks}`,
      startedAt: at + ticks / CLOCK_TICKS_PER_SECOND,
    };
  } catch {
    return null;
  }
}

/** The same facts from `ps`, for systems without /proc. */
export function inspectPs(selection) {
  const { stdout = "" } = spawnSync("ps", ["-o", "pid=,ppid=,pgid=,stat=,lstart=", ...selection], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });
  return stdout.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line);
    if (!match) return [];
    const [, pid, parent, group, state, begun] = match;
    if (state.startsWith("Z")) return [];
    // ps on macOS knows no sessions; a detached child leads a group and a session of the same number.
    const ids = { pid: Number(pid), parent: Number(parent), group: Number(group), session: Number(group) };
    return [{ ...ids, start: begun, startedAt: Date.parse(begun) / 1000 }];
  });
}
