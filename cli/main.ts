import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { HELP, runArguments, sampleArguments, validateArguments } from "./arguments";
import { EXIT_INTERRUPTED, Failure, INTERRUPTED, toFailure, usage } from "./failure";
import { resultText } from "./result";
import { run } from "./run";
import type { RunnerProcess } from "./runner-process";
import { sample } from "./sample";
import { type Output, validate } from "./validate";

/** `factory`: the loop from a shell. The only reader of the environment among the commands. */
const argv = process.argv.slice(2);
const isJson = argv.includes("--json");
// npm runs scripts in the checkout's folder and keeps where the person stood here.
const folder =
  process.env.npm_lifecycle_event === "factory" ? (process.env.INIT_CWD ?? process.cwd()) : process.cwd();
const began = performance.now();

let runner: RunnerProcess | null = null;
let isInterrupted = false;

const say = (line: string) => {
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stderr.write(`[${seconds.padStart(6)} s] ${line}\n`);
};

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    if (isInterrupted) return;
    isInterrupted = true;
    say("Stopping …");
    (runner?.stop() ?? Promise.resolve()).finally(() => {
      // With a runner the command ends by itself, removing its files; without one there is nothing to wait for.
      if (runner === null) process.exit(EXIT_INTERRUPTED);
    });
  });
}

try {
  const { json, text, exitCode } = await command();
  process.stdout.write(isJson ? `${JSON.stringify(json)}\n` : `${text}\n`);
  process.exitCode = exitCode;
} catch (error) {
  const { code, message, fix, exitCode } = isInterrupted ? INTERRUPTED : toFailure(error);
  if (isJson) process.stdout.write(`${JSON.stringify({ error: { code, message, fix } })}\n`);
  process.stderr.write(`${code}: ${message} Fix: ${fix}\n`);
  process.exitCode = exitCode;
}

async function command(): Promise<Output> {
  const [name, ...rest] = argv;
  if (rest.includes("--help") || rest.includes("-h")) return help();
  switch (name) {
    case "validate":
      return validate(validateArguments(rest, folder), maxBytes());
    case "run": {
      const onRunner = (started: RunnerProcess) => {
        runner = started;
        if (isInterrupted) void started.stop();
      };
      const result = await run(runArguments(rest, folder), {
        root: checkout(),
        maxBytes: maxBytes(),
        say,
        onRunner,
      });
      return { json: result, text: resultText(result), exitCode: 0 };
    }
    case "sample": {
      const { out, name } = sampleArguments(rest, folder);
      return sample(out, name, checkout());
    }
    case "--help":
    case "-h":
    case "help":
      return help();
    default:
      throw usage(name === undefined ? "No command was given." : `There is no command ${name}.`, `\n${HELP}`);
  }
}

// Declared, since the command runs above.
function help(): Output {
  return { json: { help: HELP }, text: HELP, exitCode: 0 };
}

function maxBytes(): number | undefined {
  const text = process.env.UPLOAD_MAX_BYTES;
  if (text === undefined || text === "") return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw usage(`UPLOAD_MAX_BYTES is ${text}.`, "Set it to a whole number of bytes, or leave it out.");
}

/** The checkout this program was bundled from: the folder above that holds the runner. */
function checkout(): string {
  let at = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(at, "training-runner", "pyproject.toml"))) {
    const above = dirname(at);
    if (above === at) {
      throw new Failure(
        "CHECKOUT_MISSING",
        "The program lies outside of its checkout.",
        "Run it with `npm run factory`.",
      );
    }
    at = above;
  }
  return at;
}
