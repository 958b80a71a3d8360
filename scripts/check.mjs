import { resolve } from "node:path";
import { ensureInstalled } from "./lib/ensure-installed.mjs";
import { generated } from "./lib/generated.mjs";
import { seconds } from "./lib/log.mjs";
import { bin, root, venv } from "./lib/paths.mjs";
import { runStep } from "./lib/run-step.mjs";

const AT_ONCE = 3;
const runnerDir = resolve(root, "training-runner");
const step = (name, command, args, cwd = root) => ({
  name,
  check: () => runStep(name, { command, args, cwd }),
});
const tool = (name) => resolve(venv, "bin", name);

// The slow ones first, so that the quick ones fill the gaps.
const checks = [
  step("types (tsc)", bin("tsc"), ["--noEmit"]),
  step("Python types (mypy)", tool("mypy"), [], runnerDir),
  ...generated.map(({ name, check }) => ({ name: `unchanged: ${name}`, check })),
  step("format and lint (biome)", bin("biome"), ["check", "--max-diagnostics=50", "."]),
  step("Python lint (ruff)", tool("ruff"), ["check", "."], runnerDir),
  step("Python format (ruff)", tool("ruff"), ["format", "--check", "."], runnerDir),
];

async function runCheck({ name, check }) {
  const began = performance.now();
  const problem = await check().then(
    () => null,
    (error) => error.message,
  );
  console.log(`${problem === null ? "ok  " : "FAIL"}  ${name}  (${seconds(performance.now() - began)} s)`);
  return { name, problem };
}

async function main() {
  await ensureInstalled(console.error);
  const waiting = [...checks];
  const results = [];
  const drain = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results.push(await runCheck(next));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, drain));
  const failed = results.filter((each) => each.problem !== null);
  for (const { name, problem } of failed) console.log(`\n--- ${name}\n${problem}`);
  console.log(`\n${results.length - failed.length} passed, ${failed.length} failed`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
