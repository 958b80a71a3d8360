import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { dataDirFrom } from "../lib/paths.mjs";
import { backup } from "./backup.mjs";
import { doctor } from "./doctor.mjs";
import { Failure } from "./failure.mjs";
import { restore } from "./restore.mjs";

const OPTIONS = { data: { type: "string" }, json: { type: "boolean" } };
const SEE_HELP = "Run `npm run factory -- --help` for the options.";

/** `backup`, `restore` and `doctor`. Answers the exit code: 0 done, 1 failed or something is wrong, 2 bad usage. */
export async function runDataCommand(argv) {
  const isJson = argv.includes("--json");
  const print = (text, json) => process.stdout.write(isJson ? `${JSON.stringify(json)}\n` : `${text}\n`);
  try {
    return await commands[argv[0]](argv.slice(1), print);
  } catch (error) {
    const { code = "INTERNAL", message, fix = "Run it again; if it happens again, report it." } = error;
    if (isJson) print("", { error: { code, message, fix } });
    process.stderr.write(`${code}: ${message} Fix: ${fix}\n`);
    return BAD_INPUT.has(code) ? 2 : 1;
  }
}

/** Codes that speak of what was given, not of the machine. */
const BAD_INPUT = new Set(["USAGE", "FOLDER", "EXISTS", "BACKUP", "NOT_EMPTY"]);
const say = (line) => process.stderr.write(`${line}\n`);

const commands = {
  async backup(argv, print) {
    const { dataDir, out } = options(argv, { out: { type: "string" } });
    const target = path(
      out ?? `modelfactory-backup-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}`,
    );
    const { tables, files } = await backup({ dataDir, out: target, say });
    const rows = tables.reduce((sum, each) => sum + each.rows, 0);
    const json = { out: target, tables: tables.length, rows, files: files.length };
    print(
      `${target}\nIt holds the secrets of the app: keep it where only you can read it.\nNext: npm run factory -- restore --from ${target} --data NEW_FOLDER`,
      json,
    );
    return 0;
  },
  async restore(argv, print) {
    const { dataDir, from, hasData } = options(argv, { from: { type: "string" } });
    if (!from) throw new Failure("USAGE", "restore needs a backup.", "Name its folder with --from DIR.");
    if (!hasData) throw new Failure("USAGE", "restore needs a new folder.", "Name it with --data DIR.");
    const result = await restore({ from: path(from), dataDir, say });
    const newer = result.migratedBy ? `, brought up by ${result.migratedBy} migrations` : "";
    print(
      `Restored ${result.rows} rows and ${result.files} files, all hashes equal${newer}.\nNext: npm start -- --data ${dataDir}`,
      { data: dataDir, ...result },
    );
    return 0;
  },
  async doctor(argv, print) {
    const { dataDir } = options(argv, {});
    const checks = await doctor({ dataDir });
    const word = { ok: "ok  ", warn: "WARN", fail: "FAIL" };
    const lines = checks.map(
      ({ status, sentence, fix }) => `${word[status]}  ${sentence}${fix ? `\n      Do: ${fix}` : ""}`,
    );
    const failed = checks.filter((each) => each.status === "fail").length;
    const warned = checks.filter((each) => each.status === "warn").length;
    const end = failed
      ? `${failed} wrong, ${warned} to look at`
      : warned
        ? `${warned} to look at`
        : "All is well";
    print(`${lines.join("\n")}\n\n${end}.`, { data: dataDir, checks });
    const isNoFolder = checks.length === 1 && checks[0].id === "folder" && failed === 1;
    return isNoFolder ? 2 : failed ? 1 : 0;
  },
};

/** npm runs scripts in the checkout's folder and keeps where the person stood. */
const here = () => (process.env.npm_lifecycle_event === "factory" && process.env.INIT_CWD) || process.cwd();
const path = (given) => resolve(here(), given);

function options(argv, more) {
  let values;
  try {
    ({ values } = parseArgs({ args: argv, options: { ...OPTIONS, ...more }, strict: true }));
  } catch (error) {
    throw new Failure("USAGE", `${error.message.split(". ")[0].replace(/\.$/, "")}.`, SEE_HELP);
  }
  const { data, ...rest } = values;
  return { ...rest, hasData: data !== undefined, dataDir: data ? path(data) : dataDirFrom([]) };
}
