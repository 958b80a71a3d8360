import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { provisionBases } from "../lib/install.mjs";
import { buildDir, root, venvPython } from "../lib/paths.mjs";
import { runStep } from "../lib/run-step.mjs";

export const summary =
  "what gaming the shares gains, by retraining ([--budget-minutes 60] [--seeds 20] [--data FILE] [--filler FILE] [--base tiny] [--json])";

const sample = (name, ...files) => files.map((file) => resolve(root, `samples/${name}/data/${file}.csv`));
/** The most that an attack may gain; null where it is the certain part that counts. */
const GOALS = { copies: 1.05, bait: null, splitting: 1.02, colluding: 1.05, wrong: null, filler: null };
/** Nothing certain may be left to these. */
const WORTHLESS = ["wrong", "filler"];

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: "string", multiple: true },
      filler: { type: "string", multiple: true },
      base: { type: "string", default: "tiny" },
      seeds: { type: "string", default: "20" },
      rows: { type: "string", default: "40" },
      questions: { type: "string", default: "100" },
      "budget-minutes": { type: "string", default: "60" },
      json: { type: "boolean", default: false },
    },
  });
  if (values.base !== "tiny") await provisionBases(null, runStep, console.error);
  const keep = resolve(buildDir, "bench-attacks");
  mkdirSync(keep, { recursive: true });
  const given = ["base", "seeds", "rows", "questions", "budget-minutes"].flatMap((name) => [
    `--${name}`,
    values[name],
  ]);
  const own = (files) => files?.map((file) => resolve(process.env.INIT_CWD ?? root, file));
  for (const file of own(values.data) ?? sample("labels", "ava", "ben", "chen")) given.push("--data", file);
  for (const file of own(values.filler) ?? sample("word-forms", "anna", "bert")) given.push("--filler", file);
  const found = await seeds([...given, "--keep", keep]);
  if (found.length === 0)
    throw new Error("No seed was finished. Give it a larger --budget-minutes; what was trained is kept.");
  if (values.json) console.log(JSON.stringify({ base: values.base, rows: values.rows, seeds: found }));
  else print(found, values);
}

/** Each seed's line as it comes. */
async function seeds(args) {
  const child = spawn(venvPython, ["-m", "bench.attacks", ...args], {
    cwd: resolve(root, "training-runner"),
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, OMP_NUM_THREADS: "1", RUNNER_DEVICE: "cpu", HF_HUB_OFFLINE: "1" },
  });
  const found = [];
  const ended = new Promise((done) => child.once("close", done));
  for await (const line of createInterface({ input: child.stdout })) found.push(JSON.parse(line));
  if ((await ended) !== 0) throw new Error("bench.attacks failed; its reason stands above.");
  return found;
}

function print(found, { base, rows }) {
  const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
  console.log(
    `\n${found.length} seeds, four people with ${rows} rows each on ${base}, exact Shapley by retraining`,
  );
  console.log(
    "attack        gain: mean, largest    goal    certain basis points, most    honest floors above 0",
  );
  for (const [attack, goal] of Object.entries(GOALS)) {
    const all = found.map(({ attacks }) => attacks[attack]);
    const gains = all.map(({ gain }) => gain);
    const honest = all.flatMap(({ honest_floors: floors }) => floors);
    const certain = Math.max(...all.map((one) => one.certain));
    const missed = (goal && mean(gains) > goal) || (WORTHLESS.includes(attack) && certain > 0);
    console.log(
      `${attack.padEnd(14)}${`${mean(gains).toFixed(3)}, ${Math.max(...gains).toFixed(3)}`.padEnd(23)}` +
        `${(goal ?? (WORTHLESS.includes(attack) ? "0 bp" : "")).toString().padEnd(8)}${String(certain).padEnd(30)}` +
        `${honest.filter((floor) => floor > 0).length} of ${honest.length}${missed ? "   missed" : ""}`,
    );
  }
  const error = mean(found.map(({ share_error: one }) => one));
  const attacked = mean(
    found.flatMap(({ attacks }) => Object.values(attacks).map(({ share_error: one }) => one)),
  );
  console.log(
    `mean share error against exact Shapley: ${(100 * error).toFixed(2)} points, under attack ${(100 * attacked).toFixed(2)}`,
  );
}
