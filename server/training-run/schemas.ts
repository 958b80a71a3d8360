import { z } from "zod";
import { MOST_SNAPSHOTS, PRESETS, RUN_SORTS, RUN_STAGES } from "@/db/schema/training-run.constants";

export const DEFAULT_SEED = 7;
const OWN_SEEDS = 1_000_000;

/**
 * A person's seed on a sample: the same settings and seed make the same file, and a file is published once, so a
 * copy of a sample could not be published after the sample itself or by a second person.
 */
export const ownSeed = (accountId: string): number =>
  1_000 + (Number.parseInt(accountId.replaceAll("-", "").slice(0, 12), 16) % OWN_SEEDS);

export const RunId = z.strictObject({ runId: z.uuid("This is not a run id") });
export const TrainingOptionsInput = z.strictObject({ snapshotId: z.uuid("This is not a version id") });

/** The versions to train on, one of each Datanet; the first gives the run its name. */
const snapshotIds = z
  .array(z.uuid("This is not a version id"))
  .min(1, "Choose a version to train on")
  .max(MOST_SNAPSHOTS, `At most ${MOST_SNAPSHOTS} Datanets in one run`)
  .refine((ids) => new Set(ids).size === ids.length, "Each version only once");
const excludedContributorIds = z
  .array(z.uuid("This is not a contributor’s id"))
  .max(100, "At most 100 contributors can be left out")
  .default([]);

export const RANKS = [8, 16, 32] as const;
export const QUANTISATIONS = ["none", "4bit"] as const;
/** What each setting may be; the runner allows no less and no more. */
export const SETTING_RANGES = {
  learningRate: { min: 1e-6, max: 0.05 },
  epochs: { min: 1, max: 50 },
  batchSize: { min: 1, max: 64 },
  maxLength: { min: 16, max: 8192 },
  patience: { min: 1, max: 100 },
} as const;
const whole = ({ min, max }: { min: number; max: number }) =>
  z
    .int("Use a whole number")
    .min(min, `Use ${min} or more`)
    .max(max, `Use at most ${max.toLocaleString("en")}`);

/** What an expert sets instead of the preset's values; what is left out is the preset's. */
export const TrainingSettings = z.strictObject({
  learningRate: z
    .number("Use a number")
    .min(SETTING_RANGES.learningRate.min, "Use 0.000001 or more")
    .max(SETTING_RANGES.learningRate.max, "Use at most 0.05")
    .optional(),
  epochs: whole(SETTING_RANGES.epochs).optional(),
  batchSize: whole(SETTING_RANGES.batchSize).optional(),
  rank: z.literal(RANKS, "Choose 8, 16 or 32").optional(),
  maxLength: whole(SETTING_RANGES.maxLength).optional(),
  /** Validation points without a better one before it stops; null never stops early. */
  patience: whole(SETTING_RANGES.patience).nullable().optional(),
  /** In which the base is kept while it trains; every preset keeps it as it is. */
  quantisation: z.enum(QUANTISATIONS, "Choose none or 4bit").optional(),
});
export type TrainingSettings = z.output<typeof TrainingSettings>;

export const EstimateInput = z.strictObject({
  snapshotIds,
  excludedContributorIds,
  baseId: z.string().min(1).max(200),
  settings: TrainingSettings.optional(),
});

export const MixInput = z.strictObject({ snapshotIds, excludedContributorIds });
export const JoinableInput = z.strictObject({ snapshotIds, search: z.string().max(100).default("") });
export const CompareRunsInput = z
  .strictObject({ a: z.uuid("This is not a run id"), b: z.uuid("This is not a run id") })
  .refine(({ a, b }) => a !== b, { path: ["b"], message: "Choose two different runs" });
export const StartRemovalInput = z.strictObject({
  runId: z.uuid("This is not a run id"),
  contributorId: z.uuid("This is not a contributor’s id"),
});
export const CreateTrainingRunInput = z.strictObject({
  snapshotIds,
  excludedContributorIds,
  baseId: z.string().min(1).max(200),
  preset: z.enum(PRESETS),
  seed: z
    .int("Use a whole number")
    .min(0, "Use 0 or more")
    .max(2 ** 31 - 1, "Use a smaller number")
    .default(DEFAULT_SEED),
  /** The run whose settings were taken over, so that the two can be compared. */
  fromRunId: z.uuid("This is not a run id").optional(),
  settings: TrainingSettings.optional(),
});
export type CreateTrainingRunInput = z.input<typeof CreateTrainingRunInput>;

export const RunEventsInput = z.strictObject({
  runId: z.uuid("This is not a run id"),
  stage: z.enum(RUN_STAGES),
  /** Sequence number within the stage; the first page is after 0. */
  after: z.int().min(0).default(0),
  limit: z.int().min(1).max(500).default(200),
});

export const ListRunsInput = z.strictObject({
  datanetId: z.uuid("This is not a Datanet id").optional(),
  /** Every word of it in the Datanet's or the builder's name, the base or the preset. */
  search: z.string().max(100).optional(),
  /** Only those with a verdict. */
  isMeasured: z.literal(true).optional(),
  /** Newest first where it is left out. */
  sort: z.strictObject({ key: z.enum(RUN_SORTS), direction: z.enum(["asc", "desc"]) }).optional(),
  limit: z.int().min(1).max(100).default(50),
  offset: z.int().min(0).max(100_000).default(0),
});
