import type { datanets } from "@/db/schema";
import type { Preset } from "@/db/schema/training-run.constants";
import type { RunnerBase, RunnerPreset } from "@/server/runner/client";
import type { TrainingSettings } from "./schemas";

export type Task = { goal: "label" | "answer"; labels: string[]; instruction: string };

/** The whole `lora_sft` configuration in the runner's names, nothing left to a default, so that its hash says it all. */
export type TrainingConfig = {
  base: string;
  base_hash: string;
  task: Task;
  /** `custom` as soon as one value is not the preset's. */
  preset: Preset | "custom";
  seed: number;
  rank: number;
  alpha: number;
  learning_rate: number;
  epochs: number;
  batch_size: number;
  max_length: number;
  warmup_ratio: number;
  gradient_clip: number;
  adam_eps: number;
  eval_every: null;
  patience: number | null;
  learning_rates: number[] | null;
  gradient_checkpointing: boolean;
  quantisation: "none" | "4bit";
  /** Addresses of the people whose rows are left out, sorted; only where there are some. */
  excluded_contributors?: string[];
};

/** What the recipe takes where a configuration does not say, by the runner's openapi.json. */
export const RUNNER_DEFAULTS: Record<string, unknown> = {
  preset: "custom",
  seed: 0,
  rank: 8,
  alpha: 16,
  max_length: 256,
  warmup_ratio: 0.06,
  gradient_clip: 1,
  adam_eps: 1e-8,
  eval_every: null,
  patience: null,
  learning_rates: null,
  gradient_checkpointing: false,
  quantisation: "none",
};

/** The recipe knows no people: who is left out is part of the hash, and of the rows it is given. */
export function withoutExcluded({ excluded_contributors: _, ...config }: TrainingConfig) {
  return config;
}

export function taskOf(datanet: Pick<typeof datanets.$inferSelect, "goal" | "labels">): Task {
  return { goal: datanet.goal, labels: datanet.goal === "label" ? datanet.labels : [], instruction: "" };
}

/**
 * The system message that rows are trained and asked with, as the runner writes it (training-runner/runner/template.py);
 * a row's own system text takes its place where answers are written.
 */
export function systemMessageOf({ goal, labels, instruction }: Task): string {
  const own =
    goal === "label"
      ? `You sort texts into one of these labels: ${labels.join(", ")}. Answer with the label only.`
      : "Answer the question.";
  return `${instruction.trim()}\n${own}`.trim();
}

/** A preset's values with an expert's own in their place; alpha stays twice the rank, as in every preset. */
export function trainingConfig(
  base: RunnerBase,
  preset: Preset,
  seed: number,
  task: Task,
  device: string,
  own: TrainingSettings = {},
): TrainingConfig {
  const values = base.presets[preset];
  const changed = changedSettings(values, own);
  const settings = {
    ...presetSettings(values),
    ...changed,
    ...(changed.rank ? { alpha: 2 * changed.rank } : {}),
    // A rate of one's own is not searched for.
    ...(changed.learningRate ? { learningRates: null } : {}),
  };
  return {
    base: base.id,
    base_hash: base.baseHash,
    task,
    preset: Object.keys(changed).length > 0 ? "custom" : preset,
    seed,
    rank: settings.rank,
    alpha: settings.alpha,
    learning_rate: settings.learningRate,
    epochs: settings.epochs,
    batch_size: settings.batchSize,
    max_length: settings.maxLength,
    warmup_ratio: settings.warmupRatio,
    gradient_clip: settings.gradientClip,
    adam_eps: settings.adamEps,
    eval_every: null,
    patience: settings.patience,
    learning_rates: settings.learningRates,
    // A GPU has speed to spare and memory not.
    gradient_checkpointing: device === "cuda",
    quantisation: settings.quantisation,
  };
}

/** Only what differs from the preset: the same values chosen by hand are the same run. */
export function changedSettings(preset: RunnerPreset, own: TrainingSettings): TrainingSettings {
  const values = presetSettings(preset);
  const entries = Object.entries(own).filter(
    ([name, value]) => value !== undefined && value !== values[name as keyof TrainingSettings],
  );
  return Object.fromEntries(entries);
}

/** The runner's presets do not say in what the base is kept: all keep it as it is. */
const presetSettings = (preset: RunnerPreset) => ({
  ...preset,
  quantisation: "none" as TrainingConfig["quantisation"],
});

/** The metric follows from the goal alone, before any result exists. */
export function metricOf(goal: Task["goal"]): "accuracy" | "exact_match" {
  return goal === "label" ? "accuracy" : "exact_match";
}

/** What the run sets out to show, in the words that are hashed and committed before the first step. */
export function hypothesisOf(goal: Task["goal"], base: string, testItems: number): string {
  const measure = goal === "label" ? "accuracy" : "normalised exact match";
  return (
    `On the ${testItems} locked test questions the adapter has a higher ${measure} than ${base} alone ` +
    "(exact McNemar test, two-sided, p < 0.05), and a higher one than always giving the most frequent training answer."
  );
}
