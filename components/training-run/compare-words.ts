import type { RouterOutputs } from "@/components/trpc/client";
import { chanceWords } from "@/server/evaluation/words";

export type Comparison = RouterOutputs["trainingRun"]["compare"];

const SETTINGS: Record<string, string> = {
  base: "Base model",
  preset: "Preset",
  seed: "Seed",
  rank: "Rank",
  alpha: "Alpha",
  learning_rate: "Learning rate",
  learning_rates: "Learning rates tried",
  epochs: "Passes over the rows",
  batch_size: "Rows in a step",
  max_length: "Longest row (tokens)",
  warmup_ratio: "Warm-up",
  gradient_clip: "Gradient clip",
  adam_eps: "AdamW’s eps",
  eval_every: "Steps between looks at the validation rows",
  patience: "Looks without gain before it stops",
  gradient_checkpointing: "Recompute to save memory",
  quantisation: "Quantisation",
};

/** A setting by the name that the expert panel gives it. */
export const settingName = (name: string): string => SETTINGS[name] ?? name;

const NOT_SET: Record<string, string> = {
  patience: "never stops early",
  learning_rates: "one, not searched for",
  eval_every: "about ten looks a run",
};

/** A setting's value as a person reads it; null is none. */
export function settingValue(name: string, value: string | null): string {
  if (value === null) return NOT_SET[name] ?? "none";
  return value === "true" ? "yes" : value === "false" ? "no" : value;
}

/** Fewer shared questions than this carry no verdict, as in a run's own test. */
const LEAST_ITEMS = 50;

/** Whether the second run is better than the first, by the same rule as a run's verdict; null without questions. */
export function comparedVerdict({ n, difference, pValue }: Comparison["shared"]): string {
  if (n < LEAST_ITEMS) return "not_measured";
  if (pValue >= 0.05) return "not_enough_evidence";
  return difference > 0 ? "better" : "worse";
}

/** The verdict in a sentence, with what it rests on. */
export function comparedSentence(paired: Comparison["shared"]): string {
  const often = chanceWords(paired.pValue);
  switch (comparedVerdict(paired)) {
    case "not_measured":
      return `Both were asked ${paired.n} questions; under ${LEAST_ITEMS} nothing is concluded.`;
    case "better":
      return `The second run is better: more questions were fixed than broken; chance alone would do this ${often}.`;
    case "worse":
      return `The second run is worse: more questions were broken than fixed; chance alone would do this ${often}.`;
    default:
      return `The difference may be chance, which would do as much ${often}.`;
  }
}
