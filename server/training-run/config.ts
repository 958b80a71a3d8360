import type { datanets } from "@/db/schema";
import type { Preset } from "@/db/schema/training-run.constants";
import type { RunnerBase } from "@/server/runner/client";

export type Task = { goal: "label" | "answer"; labels: string[]; instruction: string };

/** The whole `lora_sft` configuration in the runner's names, nothing left to a default, so that its hash says it all. */
export type TrainingConfig = {
  base: string;
  base_hash: string;
  task: Task;
  preset: Preset;
  seed: number;
  rank: number;
  alpha: number;
  learning_rate: number;
  epochs: number;
  batch_size: number;
  max_length: number;
  warmup_ratio: number;
  gradient_clip: number;
  eval_every: null;
};

export function taskOf(datanet: Pick<typeof datanets.$inferSelect, "goal" | "labels">): Task {
  return { goal: datanet.goal, labels: datanet.goal === "label" ? datanet.labels : [], instruction: "" };
}

export function trainingConfig(base: RunnerBase, preset: Preset, seed: number, task: Task): TrainingConfig {
  const settings = base.presets[preset];
  return {
    base: base.id,
    base_hash: base.baseHash,
    task,
    preset,
    seed,
    rank: settings.rank,
    alpha: settings.alpha,
    learning_rate: settings.learningRate,
    epochs: settings.epochs,
    batch_size: settings.batchSize,
    max_length: settings.maxLength,
    warmup_ratio: settings.warmupRatio,
    gradient_clip: settings.gradientClip,
    eval_every: null,
  };
}

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
