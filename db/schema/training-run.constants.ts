export const PRESETS = ["quick", "balanced"] as const;
export type Preset = (typeof PRESETS)[number];

/**
 * commit: waits for the builder's commitRun transaction to be included; then four stages on the runner.
 * `cancelled` keeps the best adapter so far when there is one.
 */
export const TRAINING_RUN_STATUSES = [
  "commit",
  "baseline",
  "training",
  "evaluating",
  "scoring",
  "succeeded",
  "failed",
  "cancelled",
] as const;
export type TrainingRunStatus = (typeof TRAINING_RUN_STATUSES)[number];

export const TRAINING_RUN_TRANSITIONS: Record<TrainingRunStatus, readonly TrainingRunStatus[]> = {
  commit: ["baseline", "cancelled", "failed"],
  baseline: ["training", "failed", "cancelled"],
  training: ["evaluating", "failed", "cancelled"],
  evaluating: ["scoring", "failed", "cancelled"],
  scoring: ["succeeded", "failed", "cancelled"],
  succeeded: [],
  failed: [],
  cancelled: [],
};

export const RUN_STAGES = ["baseline", "training", "evaluating", "scoring"] as const;
export type RunStage = (typeof RUN_STAGES)[number];
export const FINAL_RUN_STATUSES = ["succeeded", "failed", "cancelled"] as const;
