// Runs detached beside a supervisor: `node reaper.mjs STATE_FILE SUPERVISOR_ID`, with the supervisor's pipe as
// standard input. The pipe ends when the supervisor does, also by SIGKILL; then everything it left is stopped.
import { rmSync } from "node:fs";
import { readJson } from "./lock.mjs";
import { stopChildren } from "./stop-children.mjs";

const [file, id] = process.argv.slice(2);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});

const stillTheirs = () => {
  const state = readJson(file);
  return state?.id === id ? state : null;
};

process.stdin.resume();
process.stdin.on("end", async () => {
  const state = stillTheirs();
  // No file: the supervisor stopped everything itself. Another owner: the next start has already cleaned up.
  if (state) {
    await stopChildren(state, { maxGraceMs: 1000 });
    if (stillTheirs()) rmSync(file, { force: true });
  }
  process.exit(0);
});
