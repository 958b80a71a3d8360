import type { datanets } from "@/db/schema";
import type { Goal } from "@/db/schema/datanet.constants";
import type { Preset } from "@/db/schema/training-run.constants";
import { JUDGED_FOR_VERDICT } from "@/server/judgement/words";
import type { RunnerBase, RunnerPreset } from "@/server/runner/client";
import type { TrainingSettings } from "./schemas";

/** `fields` stands only where there are some, so that the hash of every other run's settings stays what it was. */
export type Task = { goal: Goal; labels: string[]; fields?: string[]; instruction: string };

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

export function taskOf({
  goal,
  labels,
  fields,
}: Pick<typeof datanets.$inferSelect, "goal" | "labels" | "fields">): Task {
  return {
    goal,
    labels: goal === "label" ? labels : [],
    ...(goal === "fields" ? { fields } : {}),
    instruction: "",
  };
}

/**
 * The system message that rows are trained and asked with, as the runner writes it (training-runner/runner/template.py);
 * a row's own system text takes its place where answers are written.
 */
export function systemMessageOf({ goal, labels, fields = [], instruction }: Task): string {
  const own = {
    label: `You sort texts into one of these labels: ${labels.join(", ")}. Answer with the label only.`,
    answer: "Answer the question.",
    fields: `You extract these fields from texts: ${fields.join(", ")}. Answer with one JSON object that holds them all.`,
    style: "Write in our style.",
  }[goal];
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

export type Metric = "accuracy" | "exact_match" | "all_fields" | "preference";

const METRICS: Record<Goal, Metric> = {
  label: "accuracy",
  answer: "exact_match",
  fields: "all_fields",
  style: "preference",
};

/** The metric follows from the goal alone, before any result exists. */
export const metricOf = (goal: Goal): Metric => METRICS[goal];

/** What the run sets out to show, in the words that are hashed and committed before the first step. */
export function hypothesisOf(goal: Goal, base: string, testItems: number): string {
  const test = `On the ${testItems} locked test questions`;
  const mcnemar = "(exact McNemar test, two-sided, p < 0.05)";
  if (goal === "style") {
    return (
      `${test} people who do not know which answer is whose prefer the adapter's answers to those of ${base} alone ` +
      `(exact sign test over the questions with a preferred answer, two-sided, p < 0.05 once all are judged, p < 0.001 from ${JUDGED_FOR_VERDICT} on).`
    );
  }
  if (goal === "fields") {
    return (
      `${test} the adapter gets all fields right more often than ${base} alone ${mcnemar}, ` +
      "and more often than always giving the most frequent value of each field."
    );
  }
  const measure = goal === "label" ? "accuracy" : "normalised exact match";
  return (
    `${test} the adapter has a higher ${measure} than ${base} alone ${mcnemar}, ` +
    "and a higher one than always giving the most frequent training answer."
  );
}
