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
