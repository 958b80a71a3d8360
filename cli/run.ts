import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TRAINING_STAGES, type TrainingStage } from "@/db/schema/training-run.constants";
import { sha256Hex } from "@/server/chain/hash";
import { parseAbility } from "@/server/evaluation/ability";
import { parseEvaluation } from "@/server/evaluation/parse";
import type { RunnerRun } from "@/server/runner/client";
import { taskOf, trainingConfig } from "@/server/training-run/config";
import { parseDryRun } from "@/server/training-run/dry-run";
import {
  ABILITY,
  ADAPTER,
  ADAPTER_CONFIG,
  artifactName,
  DRY_RUN,
  EVALUATION,
  INFLUENCE,
  stageRunId,
  stageSpec,
} from "@/server/training-run/stages";
import type { RunArguments } from "./arguments";
import { type RunData, readData } from "./data";
import { keepEvidence, type StageEvidence } from "./evidence";
import { Failure } from "./failure";
import { runRecipe } from "./follow";
import { type RunResult, toResult } from "./result";
import { type RunnerProcess, startRunner } from "./runner-process";
import { readSampleData } from "./sample-data";
import { keepSampleRun } from "./sample-run";

export type RunContext = {
  root: string;
  maxBytes: number | undefined;
  say: (line: string) => void;
  /** Called with what must be stopped when the command is interrupted. */
  onRunner: (runner: RunnerProcess) => void;
};

const STAGE_WORDS: Record<TrainingStage, string> = {
  checking: "Trying two steps before anything long",
  baseline: "Scoring the base before training",
  training: "Training the adapter",
  evaluating: "Scoring the adapter on the same questions",
  ability: "Asking both about things outside this task",
  scoring: "Estimating whose rows helped",
};
/** Files of the stages that are kept, by the folder they go to under OUT. */
const KEPT: Record<string, string> = {
  [DRY_RUN]: "",
  [ADAPTER]: "adapter",
  [ADAPTER_CONFIG]: "adapter",
  "training_manifest.json": "",
  "curve.json": "",
  [EVALUATION]: "",
  [ABILITY]: "",
  [INFLUENCE]: "",
};

/** File to adapter, by the same stages and specs as the app. Writes into OUT as each stage ends. Throws Failure. */
export async function run(options: RunArguments, context: RunContext): Promise<RunResult> {
  const clock = stopwatch();
  const { out } = options;
  const data = options.sample
    ? await readSampleData(options.sample, options.without, join(context.root, "samples"))
    : await readData(options, context.maxBytes, context.say);
  clock.lap("data");
  const { train, validation, test, removed } = data.split.manifest.counts;
  context.say(
    `Split: ${train} to train, ${validation} to validate, ${test} to test, ${removed} removed as leaks`,
  );

  mkdirSync(join(out, "adapter"), { recursive: true });
  writeFileSync(join(out, "split.json"), data.manifest);
  writeFileSync(join(out, "problems.json"), `${JSON.stringify(data.problems, null, 2)}\n`);
  const runnerDir = join(out, `.runner-${process.pid}`);
  const runner = await startRunner(context.root, runnerDir, join(out, "runner.log"));
  context.onRunner(runner);
  try {
    clock.lap("runnerStart");
    const { evidence, ...artifacts } = await runStages(options, data, runner, context.say, clock);
    await keepEvidence(evidence, data.contributions, runner, out);
    if (options.sample)
      await keepSampleRun(options.sample, { ...artifacts, data, runner, out, options, root: context.root });
    const result = toResult({
      data,
      evaluation: parseEvaluation(artifacts.content.get(EVALUATION)!),
      ability: parseAbility(artifacts.content.get(ABILITY)!),
      influence: artifacts.content.get(INFLUENCE)!,
      adapter: { path: join(out, "adapter", ADAPTER), sha256: artifacts.hashes[ADAPTER]! },
      seconds: clock.laps(),
    });
    writeFileSync(join(out, "result.json"), `${JSON.stringify(result, null, 2)}\n`);
    return result;
  } finally {
    await runner.stop();
    rmSync(runnerDir, { recursive: true, force: true });
  }
}

async function runStages(
  options: RunArguments,
  data: RunData,
  runner: RunnerProcess,
  say: (line: string) => void,
  clock: ReturnType<typeof stopwatch>,
) {
  const bases = await runner.client.bases();
  const base = bases.find(({ id }) => id === options.base);
  if (base === undefined) {
    const known = bases.map(({ id }) => id).join(", ");
    throw new Failure(
      "BASE_UNKNOWN",
      `The base "${options.base}" is not on the list.`,
      `Use one of: ${known}.`,
    );
  }
  const task = taskOf({ goal: options.goal, labels: data.labels, fields: [...data.fields] });
  const inputs: Record<string, string> = {};
  for (const side of ["train", "validation", "test"] as const) {
    const content = Buffer.from(data.lines[side]);
    inputs[side] = sha256Hex(content);
    await runner.client.putBlob(inputs[side], content);
  }
  const { device } = await runner.client.machine();
  const config = trainingConfig(base, options.preset, options.seed, task, device);
  const job = { id: "run", config, inputs, artifacts: {} as Record<string, string>, seed: options.seed };
  const content = new Map<string, Buffer>();
  const evidence: Partial<Record<TrainingStage, StageEvidence>> = {};
  for (const stage of TRAINING_STAGES) {
    say(`${STAGE_WORDS[stage]} …`);
    const spec = stageSpec(job, stage, data.split.manifest.counts.clusters);
    const state = await runRecipe(runner, stageRunId(job.id, stage), spec, say);
    await keepFiles(runner, stage, state, options.out, content);
    evidence[stage] = { spec, artifacts: state.artifacts };
    if (stage === "checking") sayChecks(content.get(DRY_RUN)!, say);
    for (const [name, sha256] of Object.entries(state.artifacts))
      job.artifacts[artifactName(stage, name)] = sha256;
    clock.lap(stage);
  }
  return { base, config, inputs, hashes: job.artifacts, content, evidence };
}

/** What needs care is said, what failed ends the command. Throws Failure. */
function sayChecks(file: Buffer, say: (line: string) => void): void {
  for (const { verdict, code, message, fix } of parseDryRun(file.toString("utf8")).checks) {
    if (verdict === "failed") throw new Failure(code ?? "DRY_RUN_FAILED", message, fix);
    if (verdict === "careful") say(`${message} ${fix}`);
  }
}

async function keepFiles(
  runner: RunnerProcess,
  stage: TrainingStage,
  state: RunnerRun,
  out: string,
  content: Map<string, Buffer>,
): Promise<void> {
  for (const [name, sha256] of Object.entries(state.artifacts)) {
    const folder = KEPT[name];
    if (folder === undefined || artifactName(stage, name) !== name) continue;
    const bytes = await runner.client.getBlob(sha256);
    content.set(name, bytes);
    writeFileSync(join(out, folder, name), bytes);
  }
}

/** Seconds by name, each since the one before, and their total. */
function stopwatch() {
  const began = performance.now();
  let last = began;
  const seconds: Record<string, number> = {};
  const rounded = (ms: number) => Math.round(ms / 100) / 10;
  return {
    lap(name: string) {
      const now = performance.now();
      seconds[name] = rounded(now - last);
      last = now;
    },
    laps: () => ({ ...seconds, total: rounded(performance.now() - began) }),
  };
}
