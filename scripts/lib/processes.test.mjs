import { spawn } from "node:child_process";
import { afterEach, expect, test } from "vitest";
import {
  commandLine,
  inspect,
  inspectPs,
  isSame,
  membersOf,
  sleep,
  startOf,
  stopGroup,
} from "./processes.mjs";

const started = [];
afterEach(() => {
  for (const child of started.splice(0)) {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // already gone
    }
  }
});
function shell(script) {
  const child = spawn("sh", ["-c", script], { detached: true, stdio: ["ignore", "pipe", "ignore"] });
  started.push(child);
  return child;
}
const firstLine = (child) =>
  new Promise((done) => child.stdout.once("data", (data) => done(String(data).trim())));

test("this process is known by pid and start, and its start is in the past hour", () => {
  const me = inspect(process.pid);
  expect(isSame({ pid: process.pid, start: me.start })).toBe(true);
  expect(isSame({ pid: process.pid, start: `${me.start}1` })).toBe(false);
  expect(Date.now() / 1000 - me.startedAt).toBeGreaterThan(-2);
  expect(Date.now() / 1000 - me.startedAt).toBeLessThan(3600);
  expect(commandLine(process.pid)).toContain("node");
});

test("ps, as on macOS, tells the same as /proc", () => {
  const [viaPs] = inspectPs(["-p", String(process.pid)]);
  const direct = inspect(process.pid);
  expect(viaPs).toMatchObject({ pid: process.pid, parent: direct.parent, group: direct.group });
  expect(Math.abs(viaPs.startedAt - direct.startedAt)).toBeLessThan(3);
});

test("a zombie counts as dead", async () => {
  // The outer process never waits for its child, so the child stays a zombie once it is killed.
  const child = spawn(
    process.execPath,
    [
      "-e",
      "const c=require('child_process').spawn('sh',['-c','kill -STOP $$']);console.log(c.pid);c.on('spawn',()=>{for(;;);})",
    ],
    { detached: true, stdio: ["ignore", "pipe", "ignore"] },
  );
  started.push(child);
  const pid = Number(await firstLine(child));
  expect(startOf(pid)).not.toBeNull();
  process.kill(pid, "SIGKILL");
  await sleep(100);
  expect(() => process.kill(pid, 0)).not.toThrow(); // the number is still taken
  expect(startOf(pid)).toBeNull();
});

test("stopping a group takes grandchildren along, also when the leader is already dead", async () => {
  const child = shell("sleep 300 & echo $!; wait");
  const grandchild = Number(await firstLine(child));
  const start = startOf(child.pid);
  process.kill(child.pid, "SIGKILL");
  await sleep(50);
  expect(membersOf(child.pid).map((each) => each.pid)).toEqual([grandchild]);
  expect(await stopGroup({ pid: child.pid, start })).toBe("stopped");
  expect(startOf(grandchild)).toBeNull();
  expect(await stopGroup({ pid: child.pid, start })).toBe("gone");
});

test("a child that ignores the signal is killed after its grace", async () => {
  const child = shell("trap '' TERM; echo up; while true; do sleep 0.1; done");
  await firstLine(child);
  const start = startOf(child.pid);
  expect(await stopGroup({ pid: child.pid, start, graceMs: 200 })).toBe("killed");
  expect(startOf(child.pid)).toBeNull();
});

test("a pid that now belongs to another process is left alone", async () => {
  const child = shell("echo up; sleep 300");
  await firstLine(child);
  expect(await stopGroup({ pid: child.pid, start: "other" })).toBe("gone");
  expect(startOf(child.pid)).not.toBeNull();
});
