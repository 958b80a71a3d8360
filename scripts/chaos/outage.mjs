import assert from "node:assert/strict";
import { seconds } from "../lib/log.mjs";
import { listProcesses, sendSignal, sleep, startOf } from "../lib/processes.mjs";

const AWAY_MS = 30_000;
const BACK_WITHIN_MS = 20_000;

/** Stops a process and everything below it where they stand, as a frozen machine would, and answers with the way back. */
export function freeze(pid) {
  const pids = [pid];
  // It first: nothing new is started by it then.
  sendSignal(pids[0], "SIGSTOP");
  for (const { pid } of listProcesses().filter(({ parent }) => parent === pids[0])) pids.push(pid);
  for (const pid of pids) sendSignal(pid, "SIGSTOP");
  return () => {
    for (const pid of pids) sendSignal(pid, "SIGCONT");
  };
}

async function get(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(25_000) });
  return {
    status: response.status,
    retryAfter: response.headers.get("retry-after"),
    text: await response.text(),
  };
}

/**
 * The database is away for 30 s: the app says so with 503 and when to ask again, keeps running, and goes on by itself;
 * a change that was sent meanwhile is made once.
 */
export async function databaseAway({ victim, ann, log }) {
  const pids = () => ["web", "worker"].map((part) => victim.pidOf(part));
  const before = pids();
  const began = performance.now();
  const thaw = freeze(victim.pidOf("postgres"));
  try {
    const health = await get(`${victim.url}/api/health`);
    assert.deepEqual([health.status, health.retryAfter], [503, "2"]);
    const answer = await get(`${victim.url}/api/trpc/sample.list`);
    assert.deepEqual([answer.status, answer.retryAfter], [503, "2"]);
    const { code, message, fix } = JSON.parse(answer.text).error.json.data.app;
    assert.equal(code, "DB_UNAVAILABLE");
    assert.equal(
      `${message} ${fix}`,
      "The database did not answer. Nothing was lost. Try again in a few seconds.",
    );
    // A page comes without its content and says so; it asks again by itself (components/trpc).
    const page = await get(`${victim.url}/`);
    assert.deepEqual([page.status, page.retryAfter], [503, "2"]);
    assert.ok(page.text.includes("The database did not answer."), "the page says what happened");
    assert.ok(!page.text.includes("Query read timeout"), "no insides are shown");

    const name = `Made while the database was away ${Math.floor(began)}`;
    const change = ann.call("account.setName", { name });
    await sleep(Math.max(0, AWAY_MS - (performance.now() - began)));
    thaw();
    const back = performance.now();
    await change;
    assert.equal((await ann.call("account.me")).name, name);
    await victim.whole();
    const took = performance.now() - back;
    assert.ok(took < BACK_WITHIN_MS, `well again after ${seconds(took)} s`);
    assert.deepEqual(pids(), before, "no part had to be started again");
    for (const pid of before) assert.ok(startOf(pid));
    log(`database away for ${seconds(back - began)} s, well again ${seconds(took)} s later`);
  } finally {
    thaw();
  }
}

/** The chain is away: what needs it says so, and nothing else does. */
export async function chainAway({ victim, ann }) {
  const thaw = freeze(victim.pidOf("chain"));
  try {
    const refusal = await ann.once("account.fund").then(
      () => null,
      (error) => error,
    );
    assert.deepEqual([refusal?.status, refusal?.code], [503, "CHAIN_UNAVAILABLE"]);
    assert.equal((await get(`${victim.url}/api/health`)).status, 200);
  } finally {
    thaw();
  }
}
