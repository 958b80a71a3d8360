import { availableParallelism, loadavg } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { bundle } from "../lib/build.mjs";
import { root } from "../lib/paths.mjs";
import { createTestPostgres } from "../lib/test-postgres.mjs";

export const summary =
  "next item and decision with many open items ([--items 100000] [--validators 8] [--decisions 200] [--json])";

const GOAL_MS = 60;

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      items: { type: "string", default: "100000" },
      validators: { type: "string", default: "8" },
      decisions: { type: "string", default: "200" },
      json: { type: "boolean", default: false },
    },
  });
  const [items, validators, decisions] = ["items", "validators", "decisions"].map((name) => {
    const number = Number(values[name]);
    if (Number.isInteger(number) && number > 0) return number;
    throw new Error(`--${name} must be a whole number above 0, but it is "${values[name]}".`);
  });
  const { playQueue } = await import(await bundle("bench-queue", { entry: "scripts/bench/queue/world.ts" }));
  // As the app runs it: what is answered is on the disk.
  const postgres = await createTestPostgres({ fsync: true });
  try {
    await postgres.start();
    const migrations = resolve(root, "db", "migrations");
    const { nextMs, decideMs, countsMs, contextMs, bareMs, open, isOnce } = await playQueue({
      url: postgres.url,
      migrations,
      items,
      validators,
      decisions,
    });
    if (!isOnce) throw new Error("A decision was lost or made twice.");
    const report = {
      open,
      validators,
      decisions: decideMs.length,
      next: quantiles(nextMs),
      decide: quantiles(decideMs),
      counts: quantiles(countsMs),
      context: quantiles(contextMs),
      bare: quantiles(bareMs),
      load: Number(loadavg()[0].toFixed(1)),
    };
    if (values.json) console.log(JSON.stringify(report));
    else print(report);
    if (report.next.p95 > GOAL_MS) throw new Error(`Goal missed: next item within ${GOAL_MS} ms at p95.`);
  } finally {
    await postgres.stop();
  }
}

function quantiles(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share) =>
    Number(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(1));
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), most: at(1) };
}

function print({ open, validators, decisions, next, decide, counts, context, bare, load }) {
  console.log(
    `${open} open items, ${validators} validators at once, ${decisions} decisions; load ${load} on ${availableParallelism()} cores; milliseconds`,
  );
  const lines = { "next item": next, decision: decide, counts, "beside a row": context, "bare claim": bare };
  for (const [name, { p50, p95, p99, most }] of Object.entries(lines))
    console.log(`  ${name.padEnd(12)} p50 ${p50}  p95 ${p95}  p99 ${p99}  most ${most}`);
  console.log(
    `Goal: next item p95 at most ${GOAL_MS} ms: ${next.p95 <= GOAL_MS ? "goal met" : "GOAL MISSED"}`,
  );
}
