import { spawn, spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { bundle } from "./lib/build.mjs";
import { ensureInstalled } from "./lib/ensure-installed.mjs";
import { provisionBases } from "./lib/install.mjs";
import { dataDirFrom, root, venvPython } from "./lib/paths.mjs";
import { runStep } from "./lib/run-step.mjs";

const argv = process.argv.slice(2);
const DATA_COMMANDS = ["backup", "restore", "doctor"];
const PYTHON_COMMANDS = ["run", "base", "recompute", "divide"];
const OF_RUNS = ["recompute", "divide"];
const TAKES_VALUE = new Set(["--tolerance", "--by", "--budget-minutes", "--seeds"]);
/** The one text names every command. */
const wantsHelp = argv.includes("--help") || argv.includes("-h");

try {
  // Standard output belongs to the command's result alone.
  await ensureInstalled(console.error, { withPython: PYTHON_COMMANDS.includes(argv[0]) && !wantsHelp });
  if (wantsHelp) process.exitCode = await onFiles();
  else if (argv[0] === "base") process.exitCode = onBases();
  else if (OF_RUNS.includes(argv[0])) process.exitCode = await onRun();
  else process.exitCode = DATA_COMMANDS.includes(argv[0]) ? await onData() : await onFiles();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/** Commands on a whole data folder: they start and stop its database, so they live beside `npm start`. */
async function onData() {
  const { runDataCommand } = await import("./data/command.mjs");
  return runDataCommand(argv);
}

/** `base add HF_ID --revision SHA`: the runner's own command, writing into the data folder the app reads. */
function onBases() {
  const [, verb, ...rest] = argv;
  if (verb !== "add") {
    console.error("USAGE: base knows one command. Fix: npm run factory -- base add HF_ID --revision SHA");
    return 2;
  }
  const at = rest.indexOf("--data");
  const ours = at < 0 ? rest : rest.filter((_, index) => index !== at && index !== at + 1);
  const folder = process.env.INIT_CWD ?? process.cwd();
  const from = ours.indexOf("--from") + 1;
  const { status } = spawnSync(
    venvPython,
    [
      "-m",
      "runner.add_base",
      ...ours.map((arg, index) => (from > 0 && index === from ? resolve(folder, arg) : arg)),
    ],
    {
      cwd: resolve(root, "training-runner"),
      stdio: "inherit",
      env: {
        ...process.env,
        OMP_NUM_THREADS: "1",
        RUNNER_BASES_CACHE: resolve(dataDirFrom(rest), "bases"),
      },
    },
  );
  return status ?? 1;
}

/** `recompute` and `divide RUN_DIR`: the runner's own commands, which are plain Python and need nothing of the app. */
async function onRun() {
  const [name, ...given] = argv;
  const folder = process.env.INIT_CWD ?? process.cwd();
  const at = given.findIndex((arg, index) => !arg.startsWith("--") && !TAKES_VALUE.has(given[index - 1]));
  if (at < 0) {
    console.error(`USAGE: ${name} needs a run's folder. Fix: npm run factory -- ${name} RUN_DIR`);
    return 2;
  }
  given[at] = resolve(folder, given[at]);
  await provisionBases(null, runStep, console.error);
  const { status } = spawnSync(venvPython, ["-m", `runner.${name}`, ...given], {
    cwd: resolve(root, "training-runner"),
    stdio: "inherit",
    env: { ...process.env, OMP_NUM_THREADS: "1" },
  });
  return status ?? 1;
}

async function onFiles() {
  const base = argv.find((_, at) => argv[at - 1] === "--base");
  if (argv[0] === "run" && base && base !== "tiny") await provisionBases(null, runStep, console.error);
  const program = await bundle("factory", { entry: "cli/main.ts" });
  const child = spawn(
    process.execPath,
    ["--conditions=react-server", "--enable-source-maps", program, ...argv],
    { stdio: "inherit" },
  );
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  return new Promise((done) => child.once("exit", (code) => done(code ?? 1)));
}
