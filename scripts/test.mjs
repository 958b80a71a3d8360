import { ensureInstalled } from "./lib/ensure-installed.mjs";
import { createLog, seconds } from "./lib/log.mjs";
import { suites } from "./lib/suites.mjs";

const log = createLog();

function chosenSuites(argv) {
  const at = argv.indexOf("--only");
  if (at < 0) return suites;
  const wanted = (argv[at + 1] ?? "").split(",").filter(Boolean);
  const unknown = wanted.filter((name) => !suites.some((each) => each.name === name));
  const known = suites.map((each) => each.name).join(", ");
  if (wanted.length === 0) throw new Error(`--only needs names of suites, separated by commas: ${known}.`);
  if (unknown.length > 0) throw new Error(`There is no suite "${unknown[0]}". There are: ${known}.`);
  return suites.filter((each) => wanted.includes(each.name));
}

async function runSuite({ name, run }) {
  log.plain(`\n=== ${name}`);
  const began = performance.now();
  const result = await run(log).catch((error) => {
    log.plain(error.message);
    return { passed: 0, failed: 1, skipped: 0 };
  });
  return { name, ...result, took: seconds(performance.now() - began) };
}

function describe({ name, passed, failed, skipped, reason, took }) {
  if (reason) return `${name.padEnd(9)} skipped: ${reason}`;
  const more = skipped ? `, ${skipped} skipped` : "";
  return `${name.padEnd(9)} ${passed} passed, ${failed} failed${more}  (${took} s)`;
}

async function main() {
  const chosen = chosenSuites(process.argv.slice(2));
  const needsPython = chosen.some((each) => each.name !== "vitest" && each.name !== "solidity");
  await ensureInstalled(log, { withPython: needsPython });
  const results = [];
  for (const suite of chosen) results.push(await runSuite(suite));
  log.plain("\n=== all suites");
  for (const result of results) {
    log.plain(describe(result));
    for (const name of result.failures ?? []) log.plain(`          failed: ${name}`);
  }
  const sum = (key) => results.reduce((total, each) => total + (each[key] ?? 0), 0);
  // A machine that is to prove everything must not pass by skipping.
  const unproven = process.env.CI ? results.filter((each) => each.reason).length : 0;
  const failed = sum("failed") + unproven;
  log(`done`);
  log.plain(`${sum("passed")} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

main().catch((error) => {
  log.plain(error.message);
  log.plain("0 passed, 1 failed");
  process.exitCode = 1;
});
