import { RunnerError } from "@/server/runner/client";

/** Bad input or bad usage, as the shell knows it; everything else that fails exits with 1. */
export const EXIT_INPUT = 2;
export const EXIT_FAILED = 1;
/** Ended by Ctrl-C, by convention 128 + SIGINT. */
export const EXIT_INTERRUPTED = 130;

/** Ends a command with a code for programs, a sentence (what happened) and a fix (what to do next). */
export class Failure extends Error {
  readonly code: string;
  readonly fix: string;
  readonly exitCode: number;

  constructor(code: string, message: string, fix: string, exitCode = EXIT_INPUT) {
    super(message);
    this.name = "Failure";
    this.code = code;
    this.fix = fix;
    this.exitCode = exitCode;
  }
}

export const INTERRUPTED = new Failure(
  "INTERRUPTED",
  "The command was stopped before its end.",
  "Files of finished stages are in the output folder; run it again for the rest.",
  EXIT_INTERRUPTED,
);

export const usage = (message: string, fix: string) => new Failure("USAGE", message, fix);

export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof RunnerError) return runnerFailure(error);
  const { code, message, path } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC") {
    return new Failure("DISK_FULL", "The disk is full.", "Free some space and run it again.", EXIT_FAILED);
  }
  if (code !== undefined && path !== undefined) {
    return new Failure(
      "FILE_ACCESS",
      `${path}: ${message}.`,
      "Check the path and its permissions.",
      EXIT_FAILED,
    );
  }
  return new Failure(
    "INTERNAL",
    error instanceof Error ? error.message : String(error),
    "Run it again; if it happens again, report it with the command you gave.",
    EXIT_FAILED,
  );
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

/** An error of the runner, or of one of its runs. */
export function runnerFailure({ code, message }: { code: string; message: string }): Failure {
  const fix = FIXES[code] ?? "Run it again; if it happens again, report it with this code.";
  return new Failure(code, message, fix, INPUT_CODES.has(code) ? EXIT_INPUT : EXIT_FAILED);
}
