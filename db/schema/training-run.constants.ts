export const PRESETS = ["quick", "balanced", "thorough"] as const;
export type Preset = (typeof PRESETS)[number];

/**
 * A removal check trains again without a contributor's rows; it is measured and never published.
 * A trace takes a finished training again, step by step, and follows it back to its rows; it makes no adapter.
 * A measure run trains nothing: it asks an adapter made elsewhere the questions of a version.
 */
export const RUN_KINDS = ["training", "removal", "measure", "trace"] as const;
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
  "weighing",
  "tracing",
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
  /** A measure run ends after its general ability: nobody is credited by it; a removal check is weighed instead. */
  evaluating: ["ability", "weighing", "succeeded", "failed", "cancelled"],
  ability: ["scoring", "succeeded", "failed", "cancelled"],
  scoring: ["succeeded", "failed", "cancelled"],
  /** The loss of a removal check beside its run's. */
  weighing: ["succeeded", "failed", "cancelled"],
  /** All there is of a trace. */
  tracing: ["succeeded", "failed", "cancelled"],
  succeeded: [],
  failed: [],
  cancelled: [],
};

/** What a training goes through; a removal check is weighed instead of scored, and a trace is one stage of its own. */
export const TRAINING_STAGES = [
  "checking",
  "baseline",
  "training",
  "evaluating",
  "ability",
  "scoring",
] as const;
export const RUN_STAGES = [...TRAINING_STAGES, "weighing", "tracing"] as const;
export type TrainingStage = (typeof TRAINING_STAGES)[number];
export type RunStage = (typeof RUN_STAGES)[number];
/** What of these a check came to; `careful` leaves the decision to the person. */
export const CHECK_VERDICTS = ["passed", "careful", "failed"] as const;
export type CheckVerdict = (typeof CHECK_VERDICTS)[number];
export const FINAL_RUN_STATUSES = ["succeeded", "failed", "cancelled"] as const;

/** How long a whole run takes, and of it the time until the verdict (absent where it was checked before that was told). */
export type TimeRange = {
  lowSeconds: number;
  highSeconds: number;
  verdict?: { lowSeconds: number; highSeconds: number };
};

/** What a list of runs may be ordered by: the columns of its table. */
export const RUN_SORTS = ["run", "verdict", "difference", "status", "base", "by", "at"] as const;
