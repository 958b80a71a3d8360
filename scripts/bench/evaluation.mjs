import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { bundle } from "../lib/build.mjs";
import { buildDir, root, venvPython } from "../lib/paths.mjs";
import { plantLeaks } from "./evaluation/leaks.mjs";

export const summary =
  "false verdicts, planted effects, coverage, planted leaks ([--data FILE …] [--budget-minutes 10] [--json])";

const runnerDir = resolve(root, "training-runner");
const SAMPLE = ["ava", "ben", "chen"].map((name) => resolve(root, "samples/labels/data", `${name}.csv`));
const GOAL = { coverage: 0.93, found: 0.8, falseVerdicts: 0.05 };
/** Two standard errors of a share of 0.8 in the planted simulation's 20,000 draws. */
const SIMULATION_ERROR = 2 * Math.sqrt((0.8 * 0.2) / 20_000);

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: "string", multiple: true, default: SAMPLE },
      "budget-minutes": { type: "string", default: "10" },
      json: { type: "boolean", default: false },
    },
  });
  const files = values.data.map((file) => resolve(process.env.INIT_CWD ?? root, file));
  const { splitRows } = await import(await bundle("split", { entry: "server/snapshot/split/split.ts" }));
  const rows = python(files, ["--rows"]);
  const report = {
    leaks: plantLeaks(rows, splitRows),
    ...measure(files, values["budget-minutes"]),
  };
  if (values.json) console.log(JSON.stringify(report));
  else print(report);
}

function measure(files, minutes) {
  const work = resolve(buildDir, "bench-evaluation");
  return python(files, ["--budget-minutes", minutes, "--work", work]);
}

/** What the runner's half prints as its last line. */
function python(files, options) {
  const args = ["-m", "bench.evaluation", ...options, ...files.flatMap((file) => ["--data", file])];
  const { status, stdout } = spawnSync(venvPython, args, {
    cwd: runnerDir,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, OMP_NUM_THREADS: "1", RUNNER_DEVICE: "cpu", HF_HUB_OFFLINE: "1" },
  });
  if (status !== 0) throw new Error("The runner's part of the benchmark failed; its message stands above.");
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

const percent = (share) => `${(100 * share).toFixed(1)} %`;
const verdict = (isMet) => (isMet ? "goal met" : "GOAL MISSED");

function print({ coverage, planted, equal, leaks }) {
  const line = (name, ...cells) =>
    console.log(name.padEnd(34) + cells.map((cell) => cell.padStart(18)).join(""));
  console.log(
    "\nCoverage of a 95 % interval of a paired difference, over eight truths (goal: mean at least 93 %)",
  );
  line("", "mean coverage", "lowest truth", "mean width");
  for (const [n, methods] of Object.entries(coverage))
    for (const [name, one] of Object.entries(methods))
      line(
        `n = ${n}, ${{ agresti_min: "ours, Agresti–Min", newcombe: "Newcombe's method 10", wald: "Wald" }[name]}`,
        percent(one.coverage),
        percent(one.lowest),
        one.width.toFixed(3),
      );
  console.log(verdict(Object.values(coverage).every((one) => one.agresti_min.coverage >= GOAL.coverage)));

  console.log(
    "\nPlanted gains of exactly the stated detectable size (goal: found at least 80 % of the time)",
  );
  line("", "gain, of 100", "found");
  for (const one of planted)
    line(
      `n = ${one.n}, ${100 * one.discordant} in 100 change`,
      (100 * one.gain).toFixed(1),
      percent(one.found),
    );
  console.log(verdict(planted.every(({ found }) => found >= GOAL.found - SIMULATION_ERROR)));

  console.log("\nEqual in truth, not identical: adapters of one recipe (goal: false verdicts at most 5 %)");
  console.log(
    `${equal.adapters} of ${equal.wanted} adapters within the budget, ${equal.train_rows} rows each; ` +
      `right of 100: ${(100 * equal.right_mean).toFixed(1)}, spread ${(100 * equal.right_spread).toFixed(1)}; ${equal.test} questions a comparison`,
  );
  for (const [kind, one] of Object.entries(equal.kinds))
    line(kind, `${one.false} of ${one.comparisons}`, `${percent(one.discordant)} change`);
  console.log(
    `${equal.false} of ${equal.comparisons}: ${percent(equal.share)} (${percent(equal.interval[0])} to ${percent(equal.interval[1])}); ` +
      verdict(equal.share <= GOAL.falseVerdicts),
  );

  console.log("\nPlanted leaks of test questions (goal: all of the same text found; the rest is recall)");
  for (const one of leaks) line(one.kind, `${one.found} of ${one.planted}`);
  const certain = leaks.filter(({ kind }) => kind !== "one word changed");
  console.log(verdict(certain.every(({ found, planted: all }) => found === all)));
}
