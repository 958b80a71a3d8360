// Makes a sample's shipped run again: its data files and the run folder that the first start seeds.
//   node scripts/samples/make-run.mjs labels|word-forms [--base ID] [--preset quick|balanced]
// On a CPU with the pinned packages the adapter comes out byte for byte; times and dates do not.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../lib/paths.mjs";
import { findDictDir } from "./common.mjs";
import { writeWordnetLabels } from "./wordnet-labels.mjs";
import { writeWordForms } from "./wordnet-word-forms.mjs";

const MAKERS = { labels: writeWordnetLabels, "word-forms": writeWordForms };
const [key, ...options] = process.argv.slice(2);
const make = MAKERS[key];
if (!make) {
  console.error(`Use: node scripts/samples/make-run.mjs ${Object.keys(MAKERS).join("|")} [--base ID]`);
  process.exit(2);
}

const sample = join(root, "samples", key);
const work = mkdtempSync(join(tmpdir(), "modelfactory-sample-"));
const { contributors } = make(work, { dictDir: findDictDir() });
mkdirSync(join(sample, "data"), { recursive: true });
for (const { file } of Object.values(contributors)) cpSync(join(work, file), join(sample, "data", file));
cpSync(join(work, "NOTICE"), join(sample, "NOTICE"));

const before = existsSync(join(sample, "run", "run.json")) ? readRun() : null;
const out = join(work, "out");
const command = ["scripts/factory.mjs", "run", "--sample", key, "--out", out, ...options];
const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);
rmSync(join(sample, "run"), { recursive: true, force: true });
cpSync(join(out, "sample-run"), join(sample, "run.new"), { recursive: true });
renameSync(join(sample, "run.new"), join(sample, "run"));
rmSync(work, { recursive: true, force: true });

const after = readRun();
const names = ["adapter_model.safetensors", "evaluation.json", "ability.json", "influence.json"];
for (const name of names) {
  const same = before?.artifacts[name] === after.artifacts[name] ? "as before" : "changed";
  console.log(`${name} ${after.artifacts[name]} (${before ? same : "new"})`);
}

function readRun() {
  return JSON.parse(readFileSync(join(sample, "run", "run.json"), "utf8"));
}
