import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { provisionBases } from "../lib/install.mjs";
import { buildDir, root, venvPython } from "../lib/paths.mjs";
import { runStep } from "../lib/run-step.mjs";

export const summary =
  "a run's test asked again by lm-evaluation-harness through the runner's OpenAI-compatible endpoint, its rates beside ours ([--run DIR] [--items 50] [--json])";

/** `--run` is a sample's run or what `factory run --out` wrote; without it the bundled sample of word forms. */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      run: { type: "string" },
      items: { type: "string", default: "50" },
      json: { type: "boolean", default: false },
    },
  });
  await provisionBases(null, runStep, console.error);
  const folder = values.run
    ? resolve(process.env.INIT_CWD ?? root, values.run)
    : resolve(root, "samples/word-forms/run");
  const work = resolve(buildDir, "bench-harness");
  const options = ["--work", work, "--items", values.items, ...(values.json ? ["--json"] : [])];
  const { status } = spawnSync(venvPython, ["-m", "bench.harness", folder, ...options], {
    cwd: resolve(root, "training-runner"),
    stdio: "inherit",
    env: { ...process.env, OMP_NUM_THREADS: "1", RUNNER_DEVICE: process.env.RUNNER_DEVICE ?? "cpu" },
  });
  process.exitCode = status ?? 1;
}
