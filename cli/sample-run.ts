import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { TRAINING_STAGES } from "@/db/schema/training-run.constants";
import { sha256Hex } from "@/server/chain/hash";
import type { GoldenAnswer } from "@/server/publication/check-gate";
import type { RunnerBase } from "@/server/runner/client";
import type { Sample } from "@/server/sample/catalogue";
import { readSampleFiles, type SampleEvent, type SampleRun } from "@/server/sample/folder";
import type { TrainingConfig } from "@/server/training-run/config";
import { ADAPTER, ADAPTER_CONFIG, CHECKPOINTS, EVALUATION, stageRunId } from "@/server/training-run/stages";
import type { RunArguments } from "./arguments";
import type { RunData } from "./data";
import { runRecipe } from "./follow";
import type { RunnerProcess } from "./runner-process";

type Made = {
  base: RunnerBase;
  config: TrainingConfig;
  inputs: Record<string, string>;
  hashes: Record<string, string>;
  data: RunData;
  runner: RunnerProcess;
  options: RunArguments;
  /** The checkout. */
  root: string;
  out: string;
};

/** Checkpoints are only read by later scoring and are large; everything else of a run is shipped. */
const LEFT_OUT = new Set<string>([CHECKPOINTS]);
const isShipped = (name: string) => !LEFT_OUT.has(name) && !name.startsWith("checkpoint");

/**
 * Writes OUT/sample-run: what the app's seed shows as this sample's finished run, with a run.json that names the hash
 * of every file. The adapter is loaded again for it and answers its golden questions, as before any publication.
 */
export async function keepSampleRun(sample: Sample, made: Made): Promise<void> {
  const { runner, options, hashes, base, config, inputs } = made;
  const dir = join(made.out, "sample-run");
  mkdirSync(dir, { recursive: true });
  const write = (name: string, content: Uint8Array | string): string => {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), content);
    return sha256Hex(content);
  };
  const artifacts: Record<string, string> = {};
  for (const name of Object.keys(hashes).filter(isShipped).sort()) {
    artifacts[name] = write(name, await runner.client.getBlob(hashes[name]!));
  }
  const evaluation = JSON.parse((await runner.client.getBlob(hashes[EVALUATION]!)).toString("utf8")) as {
    golden: GoldenAnswer[];
  };
  const gate = await runRecipe(
    runner,
    "run-gate",
    {
      recipe: "generate",
      config: {
        base: base.id,
        base_hash: base.baseHash,
        prompts: evaluation.golden.map(({ rendered }) => ({ rendered })),
        max_new_tokens: 32,
      },
      inputs: { adapter: hashes[ADAPTER]!, adapter_config: hashes[ADAPTER_CONFIG]! },
    },
    () => {},
  );
  const generations = write(
    "generations.json",
    await runner.client.getBlob(gate.artifacts["generations.json"]!),
  );
  const { events, stageSeconds } = await readEvents(runner);
  const files = await readSampleFiles(join(made.root, "samples"), sample);
  const run: SampleRun = {
    format: "modelfactory.sample-run/1",
    sample: sample.key,
    base: { id: base.id, name: base.name, hash: base.baseHash },
    preset: options.preset,
    seed: options.seed,
    config,
    data: Object.fromEntries(files.map(({ name, sha256 }) => [name, sha256])),
    splitSha256: sha256Hex(made.data.manifest),
    inputs: { train: inputs.train!, validation: inputs.validation!, test: inputs.test! },
    artifacts,
    generations,
    events: write("events.jsonl", events.map((event) => `${JSON.stringify(event)}\n`).join("")),
    stageSeconds,
    madeAt: new Date().toISOString(),
  };
  write("run.json", `${JSON.stringify(run, null, 2)}\n`);
}

async function readEvents(runner: RunnerProcess) {
  const events: SampleEvent[] = [];
  const stageSeconds: Record<string, number> = {};
  for (const stage of TRAINING_STAGES) {
    const id = stageRunId("run", stage);
    let after = 0;
    let began: string | null = null;
    for (;;) {
      const page = await runner.client.events(id, after);
      for (const event of page.events) {
        const { seq, attempt, type, level, message, data, createdAt } = event;
        began ??= createdAt;
        // Progress lines are for those who wait; nobody does here.
        if (type !== "progress") events.push({ stage, seq, attempt, type, level, message, data, createdAt });
        after = seq;
      }
      if (page.events.length === 0 || after >= page.lastSeq) break;
    }
    const state = await runner.client.getRun(id);
    if (began && state?.finishedAt) {
      const ms = Date.parse(state.finishedAt) - Date.parse(began);
      stageSeconds[stage] = Math.round(ms / 10) / 100;
    }
  }
  return { events, stageSeconds };
}
