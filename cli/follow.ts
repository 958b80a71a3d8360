import type { RunnerEvent, RunnerRun, RunnerSpec } from "@/server/runner/client";
import { runnerFailure } from "./failure";
import type { RunnerProcess } from "./runner-process";

const POLL_MS = 250;
/** Progress lines of one stage come no closer than this. */
const SAY_EVERY_MS = 5000;

/** Runs one recipe to its end and tells its events in plain words. Throws Failure when it does not succeed. */
export async function runRecipe(
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
  throw runnerFailure(state.error ?? { code: "CANCELLED", message: "The run was cancelled." });
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
