import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { readJson } from "../lib/lock.mjs";
import { root } from "../lib/paths.mjs";
import { sleep } from "../lib/processes.mjs";
import { loopSteps } from "./loop.mjs";
import { Person } from "./person.mjs";
import { seeded } from "./random.mjs";

/** What is killed while a step goes on; the moments, and the order, are random. */
export const PLAN = {
  "sign in": ["web"],
  "create a Datanet": ["web", "postgres", "worker"],
  "register it": ["chain", "worker", "web"],
  "make a validator": ["web", "node"],
  "upload files": ["web", "backend", "worker"],
  "submit them": ["worker", "postgres"],
  "review every row": ["web", "backend"],
  "prepare a version": ["supervisor", "worker"],
  "approve and freeze it": ["node", "web"],
  "start a run": ["runner", "worker"],
  train: ["training", "runner", "training", "postgres", "supervisor"],
  "measure and score": ["runner", "training", "backend", "worker"],
  "check for publication": ["worker", "training"],
  publish: ["chain", "supervisor", "web"],
};
export const KINDS = [...new Set(Object.values(PLAN).flat())].sort();
/** Milliseconds into a step within which a kill falls; later ones follow when the app is whole again. */
const MOMENT_MS = { "review every row": 2500, train: 4000, "measure and score": 3000 };
const ROWS_A_FILE = 90;

/**
 * One whole loop while parts of the app are killed. The last step runs undisturbed: it trains the same again.
 * @param {{victim: import("./kills.mjs").Victim, seed: number, patienceMs: number, log: (line: string) => void,
 *   onRun?: (runId: string) => void}} options
 */
export async function disturbedLoop({ victim, seed, patienceMs, log, onRun }) {
  const random = seeded(seed);
  const { files, labels } = smallSample();
  const person = (name) => new Person({ name, url: () => victim.url, patienceMs });
  const world = { ann: person("Ann"), bob: person("Bob"), files };
  for (const { name, run } of loopSteps({ ...world, labels, world, patienceMs, onRun })) {
    const began = performance.now();
    let isOver = false;
    const step = run().finally(() => {
      isOver = true;
    });
    step.catch(() => {});
    for (const part of random.shuffle(PLAN[name] ?? [])) {
      await sleep(random.between(0, MOMENT_MS[name] ?? 600));
      // A training process lives for seconds only: wait for the next one, as long as the step still needs one.
      while (!(await victim.kill(part))) {
        if (isOver) break;
        await sleep(50);
      }
      // One at a time: the next part is killed when this one is back.
      await victim.whole(part);
    }
    await step;
    log(`${name}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  }
  return world;
}

export function smallSample() {
  const folder = mkdtempSync(resolve(tmpdir(), "modelfactory-chaos-sample-"));
  try {
    execFileSync(process.execPath, [
      resolve(root, "scripts", "samples", "wordnet-labels.mjs"),
      "--out",
      folder,
    ]);
    const { labels } = readJson(resolve(folder, "sample.json"));
    const files = ["ava", "ben", "eli"].map((name) => {
      const lines = readFileSync(resolve(folder, `${name}.csv`), "utf8").split("\n");
      return { name: `${name}.csv`, content: `${lines.slice(0, ROWS_A_FILE + 1).join("\n")}\n` };
    });
    return { files, labels };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
