import { readFileSync } from "node:fs";
import { startApp } from "./lib/app.mjs";
import { createLog } from "./lib/log.mjs";
import { dataDirFrom } from "./lib/paths.mjs";
import { commandLine, inspect } from "./lib/processes.mjs";

const HELP = `npm start -- [--data DIR] [--dev]
  --data DIR  the data folder, .data by default (or DATA_DIR)
  --dev       the app with reload on change, without a build
Environment: PORT, DATABASE_URL, RUNNER_URL + RUNNER_TOKEN, CHAIN_RPC_URL + CHAIN_ID; see .env.example`;

const argv = process.argv.slice(2);
if (argv.includes("--help")) {
  console.log(HELP);
  process.exit(0);
}

const log = createLog();
let app;
let ending = false;

async function end(reason, code) {
  if (ending) return;
  ending = true;
  log(reason);
  await app?.stop().catch((error) => log(error.message));
  if (code === 0) log("Everything is stopped");
  process.exit(code);
}

/** Under nohup this signal is ignored on purpose, and a handler would undo that. */
function ignoresHangup() {
  try {
    const mask = /^SigIgn:\s*([0-9a-f]+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    return (Number.parseInt(mask.slice(-1), 16) & 1) === 1;
  } catch {
    return false;
  }
}

process.on("SIGINT", () => end("Stopping", 0));
process.on("SIGTERM", () => end("Stopping", 0));
if (!ignoresHangup()) process.on("SIGHUP", () => end("The terminal was closed: stopping", 0));
process.on("uncaughtException", (error) => end(`Stopping after an error of our own: ${error.stack}`, 1));
process.on("unhandledRejection", (error) =>
  end(`Stopping after an error of our own: ${error?.stack ?? error}`, 1),
);

// A killed npm cannot pass its end on to us: without this the app would run on with no way to reach it.
if (process.env.npm_lifecycle_event) {
  const parents = npmAbove();
  const isAsBefore = (each) => inspect(each.pid)?.parent === each.parent;
  setInterval(() => {
    if (!parents.every(isAsBefore)) void end("npm was ended: stopping", 1);
  }, 1000).unref();
}

/** This process, and the shell between npm and us where there is one: with npm gone, one of them gets another parent. */
function npmAbove() {
  const self = { pid: process.pid, parent: process.ppid };
  const shell = commandLine(self.parent).includes("start.mjs") ? inspect(self.parent) : null;
  return shell ? [self, { pid: shell.pid, parent: shell.parent }] : [self];
}

try {
  const dataDir = dataDirFrom(argv);
  app = startApp({ dataDir, isDev: argv.includes("--dev"), log, onGiveUp: (sentence) => end(sentence, 1) });
  const url = await app.ready;
  log(`Ready: ${url}  (Ctrl-C stops everything)`);
} catch (error) {
  await end(error.message, 1);
}
