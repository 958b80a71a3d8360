import type { RunnerEvent, RunnerRun, RunnerSpec } from "@/server/runner/client";
import { RunnerError } from "@/server/runner/client";
import { EXIT_FAILED, EXIT_INPUT, Failure } from "./failure";
import type { RunnerProcess } from "./runner-process";

const POLL_MS = 250;
/** Progress lines of one stage come no closer than this. */
const SAY_EVERY_MS = 5000;

/** Runs one recipe to its end and tells its events in plain words. Throws Failure when it does not succeed. */
export async function runRecipe(
  runner: RunnerProcess,
  id: string,
  spec: RunnerSpec,
  say: (line: string) => void,
): Promise<RunnerRun> {
  try {
    return await Promise.race([follow(runner, id, spec, say), runner.ended]);
  } catch (error) {
    throw error instanceof RunnerError ? toFailure(error) : error;
  }
}

async function follow(
  { client }: RunnerProcess,
  id: string,
  spec: RunnerSpec,
  say: (line: string) => void,
): Promise<RunnerRun> {
  let state = await client.putRun(id, spec);
  let seen = 0;
  let saidAt = 0;
  for (;;) {
    const isOver = ["succeeded", "failed", "cancelled"].includes(state.status);
    const { events, lastSeq } = await client.events(id, seen);
    for (const event of events) {
      seen = event.seq;
      const isMinor = event.type === "progress" || event.type === "metrics";
      if (isMinor && Date.now() - saidAt < SAY_EVERY_MS) continue;
      const line = sentence(event);
      if (line !== null) say(line);
      if (isMinor) saidAt = Date.now();
    }
    if (isOver && seen >= lastSeq) break;
    if (!isOver) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    state = (await client.getRun(id)) ?? state;
  }
  if (state.status === "succeeded") return state;
  throw toFailure(state.error ?? { code: "CANCELLED", message: "The run was cancelled." });
}

/** An event in plain words; null for one that says nothing to a person. */
export function sentence({ type, message, data }: RunnerEvent): string | null {
  const number = (name: string, digits: number) => {
    const value = data[name];
    return typeof value === "number" ? value.toFixed(digits) : null;
  };
  const eta = number("eta_seconds", 0);
  const left = eta === null ? "" : `, about ${eta} s left`;
  if (type === "message") return message;
  if (type === "progress") return `${number("done", 0)} of ${number("total", 0)} ${data.unit ?? ""}${left}`;
  if (type !== "metrics") return null;
  const validation = number("validation_loss", 3);
  const beside = validation === null ? "" : `, on rows it does not learn from ${validation}`;
  return `step ${number("step", 0)} of ${number("total_steps", 0)}: loss ${number("train_loss", 3)}${beside}${left}`;
}

/** Codes that say something about the files or options rather than about the machine. */
const INPUT_CODES = new Set([
  "DATASET_TOO_SMALL",
  "ALL_TRUNCATED",
  "CONFIG_RANGE",
  "BASE_UNKNOWN",
  "INPUT_FORMAT",
]);
const FIXES: Record<string, string> = {
  DATASET_TOO_SMALL: "Add rows and run it again.",
  ALL_TRUNCATED: "Shorten the longest rows and run it again.",
  BASE_UNKNOWN: "Choose a base that is listed in training-runner/bases/registry.json.",
  LOSS_NOT_FINITE: "Try the other preset; if it happens again, look for odd rows in the data.",
  OUT_OF_MEMORY: "Choose a smaller base, or shorten the longest rows.",
  OOM_OR_KILLED: "Choose a smaller base, or free some memory.",
  DISK_FULL: "Free some disk space and run it again.",
};

function toFailure({ code, message }: { code: string; message: string }): Failure {
  const fix = FIXES[code] ?? "Run it again; if it happens again, report it with this code.";
  return new Failure(code, message, fix, INPUT_CODES.has(code) ? EXIT_INPUT : EXIT_FAILED);
}
