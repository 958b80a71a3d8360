import type { trainingRuns } from "@/db/schema";
import { RUN_STAGES, type RunStage, type TrainingRunStatus } from "@/db/schema/training-run.constants";
import type { RunnerSpec } from "@/server/runner/client";
import { type TrainingConfig, withoutExcluded } from "./config";

type Run = Pick<typeof trainingRuns.$inferSelect, "id" | "config" | "inputs" | "artifacts" | "seed">;

/** Examples the prompted arm is shown, and items whose exact answer is kept for later re-checks. */
const SHOTS = 5;
const GOLDEN = 8;

/** The input of a removal check that names its run's adapter. */
export const BEFORE = "before";

/** The baseline's evaluation is kept under a name of its own: the later one carries the same file name. */
export const BASELINE_EVALUATION = "baseline_evaluation.json";
export const EVALUATION = "evaluation.json";
export const ABILITY = "ability.json";
export const INFLUENCE = "influence.json";
export const TEST_LOSS = "test_loss.json";
export const REPLAY = "replay.json";
export const TRAINING_MANIFEST = "training_manifest.json";
export const ADAPTER = "adapter_model.safetensors";
export const ADAPTER_CONFIG = "adapter_config.json";
export const DRY_RUN = "dry_run.json";
export const CHECKPOINTS = "checkpoints.json";

export function isStage(status: TrainingRunStatus): status is RunStage {
  return (RUN_STAGES as readonly string[]).includes(status);
}

const NEXT_STATUS: Record<RunStage, TrainingRunStatus> = {
  checking: "commit",
  baseline: "training",
  training: "evaluating",
  evaluating: "ability",
  ability: "scoring",
  scoring: "succeeded",
  weighing: "succeeded",
  tracing: "succeeded",
};

/** Where a finished stage leads: a measure run ends after its general ability, a removal check once it is weighed. */
export function nextStatus(
  { kind, inputs }: Pick<typeof trainingRuns.$inferSelect, "kind" | "inputs">,
  stage: RunStage,
): TrainingRunStatus {
  if (kind === "measure" && stage === "baseline") return "evaluating";
  if (kind === "measure" && stage === "ability") return "succeeded";
  if (kind !== "removal" || stage !== "evaluating") return NEXT_STATUS[stage];
  // A check begun by an earlier version knows no adapter to be weighed against.
  return BEFORE in inputs ? "weighing" : "succeeded";
}

/** What a stage must have made before the next may start. */
export const REQUIRED_ARTIFACTS: Record<RunStage, readonly string[]> = {
  checking: [DRY_RUN],
  baseline: [EVALUATION],
  training: [ADAPTER, ADAPTER_CONFIG, CHECKPOINTS],
  evaluating: [EVALUATION],
  ability: [ABILITY],
  scoring: [INFLUENCE],
  weighing: [TEST_LOSS],
  tracing: [REPLAY],
};

/** One run on the runner per stage, under a name that any restart finds again. */
export const stageRunId = (runId: string, stage: RunStage): string => `${runId}-${stage}`;

/** The name under which the run keeps a stage's artifact. */
export function artifactName(stage: RunStage, name: string): string {
  return stage === "baseline" && name === EVALUATION ? BASELINE_EVALUATION : name;
}

/** What the runner is asked for in a stage: a pure function of the row, so a repeated request is the same request. */
export function stageSpec(run: Run, stage: RunStage, clusters: number): RunnerSpec {
  const config = run.config as TrainingConfig;
  const { base, base_hash, task } = config;
  const from = (names: Record<string, string>, source: Record<string, string>) =>
    Object.fromEntries(Object.entries(names).map(([input, name]) => [input, required(source, name)]));
  const adapter = { adapter: ADAPTER, adapter_config: ADAPTER_CONFIG };
  const evaluation = { base, base_hash, task, seed: run.seed, shots: SHOTS, golden: GOLDEN, clusters };
  switch (stage) {
    case "checking":
      return {
        recipe: "dry_run",
        config: withoutExcluded(config),
        inputs: from({ train: "train", validation: "validation" }, run.inputs),
      };
    case "baseline":
      return {
        recipe: "evaluate",
        config: { ...evaluation, arms: ["base", "prompted", "majority"] },
        inputs: from({ test: "test", train: "train" }, run.inputs),
      };
    case "training":
      return {
        recipe: "lora_sft",
        config: withoutExcluded(config),
        inputs: from({ train: "train", validation: "validation" }, run.inputs),
      };
    case "evaluating":
      return {
        recipe: "evaluate",
        config: { ...evaluation, arms: ["tuned"] },
        inputs: {
          ...from({ test: "test", train: "train" }, run.inputs),
          ...from({ ...adapter, previous: BASELINE_EVALUATION }, run.artifacts),
        },
      };
    case "ability":
      return { recipe: "ability", config: { base, base_hash }, inputs: from(adapter, run.artifacts) };
    case "scoring":
      return {
        recipe: "influence",
        config: { base, base_hash, task, damping: "auto" },
        inputs: {
          ...from({ test: "test", train: "train" }, run.inputs),
          ...from({ checkpoints: CHECKPOINTS, adapter_config: ADAPTER_CONFIG }, run.artifacts),
        },
      };
    case "weighing":
      return {
        recipe: "test_loss",
        config: { base, base_hash, task },
        inputs: {
          ...from({ test: "test", before: BEFORE }, run.inputs),
          ...from({ after: ADAPTER, adapter_config: ADAPTER_CONFIG }, run.artifacts),
        },
      };
    case "tracing":
      return { recipe: "replay", config: run.config, inputs: run.inputs };
  }
}

function required(source: Record<string, string>, name: string): string {
  const sha256 = source[name];
  if (!sha256) throw new Error(`the run has no file named ${name}`);
  return sha256;
}
