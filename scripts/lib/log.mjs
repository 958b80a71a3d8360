import { existsSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { resolve } from "node:path";

const LOG_LIMIT_BYTES = 10_000_000;

/**
 * A function that prints one line per step with the time since the program began: `[  1.2 s] text`.
 * A terminal that went away must not end the program, so write errors are swallowed.
 */
export function createLog(stream = process.stdout) {
  const began = performance.now();
  stream.on("error", () => {});
  const log = (text) => stream.write(`[${seconds(performance.now() - began).padStart(5)} s] ${text}\n`);
  log.plain = (text) => stream.write(`${text}\n`);
  log.elapsedMs = () => performance.now() - began;
  return log;
}

/** Milliseconds as seconds with one decimal: 1234 -> "1.2". */
export const seconds = (ms) => (ms / 1000).toFixed(1);

/** Opens `DATA_DIR/logs/NAME.log` for appending and returns its descriptor; a large old log moves to NAME.old.log. */
export function openLogFile(dataDir, name) {
  const file = logFile(dataDir, name);
  if (existsSync(file) && statSync(file).size > LOG_LIMIT_BYTES)
    renameSync(file, file.replace(/\.log$/, ".old.log"));
  return openSync(file, "a", 0o600);
}

export const logFile = (dataDir, name) => resolve(dataDir, "logs", `${name}.log`);

/** The last lines of a text file, or '' when it cannot be read. */
export function tail(file, lines = 12) {
  try {
    return readFileSync(file, "utf8").trimEnd().split("\n").slice(-lines).join("\n");
  } catch {
    return "";
  }
}
