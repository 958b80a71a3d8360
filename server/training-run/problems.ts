import type { RunProblem } from "@/db/schema/training-run";

/** Codes of the runner that mean "not now" although they are not marked retryable: its token changes at each start. */
const AWAY = new Set(["RUNNER_UNAVAILABLE", "UNAUTHORIZED", "RUN_BUSY"]);

export const isAway = (error: { code: string; retryable: boolean }): boolean =>
  error.retryable || AWAY.has(error.code);

const FIX: Record<string, string> = {
  DATASET_TOO_SMALL: "Add rows to the Datanet, freeze the next version and train on that.",
  ALL_TRUNCATED: "Shorten the longest rows, freeze the next version and train on that.",
  LOSS_NOT_FINITE: "Try the other preset; if it happens again, look for odd rows in the data.",
  TEMPLATE_MISMATCH: "Choose another base model, and start a new run.",
  PICKLE_REFUSED: "Ask the operator to replace the base model's files, then start a new run.",
  CONFIG_FORBIDDEN: "Ask the operator to replace the base model's files, then start a new run.",
  OUT_OF_MEMORY: "Choose the smaller base model, or shorten the longest rows.",
  OOM_OR_KILLED:
    "Choose the smaller base model, or free memory on the training machine, then start a new run.",
  RELOAD_MISMATCH:
    "Nothing was scored, so nobody is credited wrongly. Start a new run; the adapter itself is kept.",
  CHECKPOINT_MISSING:
    "The training machine lost this run's checkpoints. Start a new run; the adapter itself is kept.",
  BASE_UNKNOWN: "Choose a base model that the training machine offers, and start a new run.",
  BASE_HASH:
    "The base model on the training machine was changed. Ask the operator to restore it, then start a new run.",
  DISK_FULL: "Ask the operator to free disk space on the training machine, then start a new run.",
  RUN_FILE_LOST: "Start a new run from the version's page.",
};

/** What to do about a code of the runner. */
export const problemFix = (code: string): string =>
  FIX[code] ?? "Start a new run from the version's page. If it happens again, report it with this code.";

/** A runner's error, or one of ours, as the run page shows it. */
export function runProblem(error: { code: string; message: string }): RunProblem {
  return {
    code: error.code,
    message: error.message,
    fix: problemFix(error.code),
  };
}
