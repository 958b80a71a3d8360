import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { provisionBases } from "../lib/install.mjs";
import { buildDir, root, venvPython } from "../lib/paths.mjs";
import { runStep } from "../lib/run-step.mjs";

export const summary =
  "our training loop beside TRL's SFTTrainer ([--data FILE] [--base ID] [--lengths equal|mixed] [--rows 256])";

const PEER = ["trl==1.16.0", "datasets==5.2.0"];
const runnerDir = resolve(root, "training-runner");
const SAMPLE = ["anna", "bert", "cleo"].map((name) =>
  resolve(root, "samples/word-forms/data", `${name}.csv`),
);

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: "string", multiple: true, default: SAMPLE },
      base: { type: "string", default: "smollm2-135m-instruct" },
      lengths: { type: "string" },
      rows: { type: "string", default: "256" },
    },
  });
  if (values.base !== "tiny") await provisionBases(null, runStep, console.error);
  const peerPython = peerEnvironment();
  for (const lengths of values.lengths ? [values.lengths] : ["equal", "mixed"]) {
    const given = ["--base", values.base, "--lengths", lengths, "--rows", values.rows];
    for (const file of values.data) given.push("--data", resolve(process.env.INIT_CWD ?? root, file));
    const ours = measure(venvPython, "bench.ours", given);
    const trl = measure(peerPython, "bench.peer_trl", given);
    print(lengths, values.base, ours, trl);
  }
}

/** The runner's packages with TRL beside them, below .build, made once. The constraints keep torch as it is. */
function peerEnvironment() {
  const folder = resolve(buildDir, "bench-trl");
  const python = resolve(folder, "bin/python");
  const stamp = resolve(folder, "installed");
  if (existsSync(stamp)) return python;
  mkdirSync(buildDir, { recursive: true });
  console.error("Installing TRL beside the runner's packages (a minute)");
  step(venvPython, ["-m", "venv", "--without-pip", folder]);
  const where = (interpreter) =>
    step(interpreter, ["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).trim();
  writeFileSync(resolve(where(python), "runner.pth"), `${where(venvPython)}\n`);
  step(python, [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "-c",
    "constraints.txt",
    ...PEER,
  ]);
  writeFileSync(stamp, `${PEER.join("\n")}\n`);
  return python;
}

function measure(python, module, args) {
  const lines = step(python, ["-m", module, ...args])
    .trim()
    .split("\n");
  return JSON.parse(lines.at(-1));
}

function step(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: runnerDir,
    encoding: "utf8",
    maxBuffer: 1 << 26,
    env: { ...process.env, OMP_NUM_THREADS: "1", RUNNER_DEVICE: "cpu", HF_HUB_OFFLINE: "1" },
  });
  if (status !== 0) throw new Error(`${args.slice(0, 2).join(" ")} failed:\n${stderr.slice(-2000)}`);
  return stdout;
}

function print(lengths, base, ours, trl) {
  console.log(
    `\n${lengths} lengths, ${base}, ${ours.rows} rows, ${ours.tokens} tokens, one thread on the CPU`,
  );
  const rows = [
    ["", "ours", "TRL"],
    ...[
      ["tokens/s", (one) => one.tokens_per_second],
      ["seconds", (one) => one.seconds],
      ["peak memory, GB", (one) => (one.peak_bytes / 1e9).toFixed(2)],
      ["loss of the last 10 steps", (one) => one.train_loss.toFixed(3)],
      ["loss on 64 held-out rows", (one) => one.held_loss.toFixed(3)],
      ["share of the matmul peak", (one) => `${(100 * one.share_of_peak).toFixed(0)} %`],
    ].map(([name, value]) => [name, value(ours), value(trl)]),
  ];
  for (const [name, ...cells] of rows)
    console.log(name.padEnd(28) + cells.map((cell) => String(cell).padStart(12)).join(""));
  console.log(`ours is ${(ours.tokens_per_second / trl.tokens_per_second).toFixed(2)} times as fast`);
}
