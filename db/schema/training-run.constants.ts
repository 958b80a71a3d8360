export const PRESETS = ["quick", "balanced", "thorough"] as const;
export type Preset = (typeof PRESETS)[number];

/**
 * A removal check trains again without a contributor's rows; it is measured and never published.
 * A measure run trains nothing: it asks an adapter made elsewhere the questions of a version.
 */
export const RUN_KINDS = ["training", "removal", "measure"] as const;
export type RunKind = (typeof RUN_KINDS)[number];
export const MOST_SNAPSHOTS = 8;

/**
 * checking: the dry run, which a person sees pass before anything is signed. commit: waits for the builder's
 * commitRun transaction to be included; then five more stages on the runner. A removal check begins at its baseline.
 * `cancelled` keeps the best adapter so far when there is one.
 */
export const TRAINING_RUN_STATUSES = [
  "checking",
  "commit",
  "baseline",
  "training",
  "evaluating",
  "ability",
  "scoring",
  "succeeded",
  "failed",
  "cancelled",
] as const;
export type TrainingRunStatus = (typeof TRAINING_RUN_STATUSES)[number];

export const TRAINING_RUN_TRANSITIONS: Record<TrainingRunStatus, readonly TrainingRunStatus[]> = {
  checking: ["commit", "failed", "cancelled"],
  commit: ["baseline", "cancelled", "failed"],
  /** Of a measure run there is nothing to train. */
  baseline: ["training", "evaluating", "failed", "cancelled"],
  training: ["evaluating", "failed", "cancelled"],
  /** A removal check ends here, a measure run after its general ability: nobody is credited by them. */
  evaluating: ["ability", "succeeded", "failed", "cancelled"],
  ability: ["scoring", "succeeded", "failed", "cancelled"],
  scoring: ["succeeded", "failed", "cancelled"],
  succeeded: [],
  failed: [],
  cancelled: [],
};

export const RUN_STAGES = ["checking", "baseline", "training", "evaluating", "ability", "scoring"] as const;
export type RunStage = (typeof RUN_STAGES)[number];
/** What of these a check came to; `careful` leaves the decision to the person. */
export const CHECK_VERDICTS = ["passed", "careful", "failed"] as const;
export type CheckVerdict = (typeof CHECK_VERDICTS)[number];
export const FINAL_RUN_STATUSES = ["succeeded", "failed", "cancelled"] as const;
