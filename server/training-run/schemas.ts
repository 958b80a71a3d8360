import { z } from "zod";
import { PRESETS, RUN_STAGES } from "@/db/schema/training-run.constants";

export const DEFAULT_SEED = 7;

export const RunId = z.strictObject({ runId: z.uuid("This is not a run id") });
export const TrainingOptionsInput = z.strictObject({ snapshotId: z.uuid("This is not a version id") });
export const CreateTrainingRunInput = z.strictObject({
  snapshotId: z.uuid("This is not a version id"),
  baseId: z.string().min(1).max(200),
  preset: z.enum(PRESETS),
  seed: z
    .int("Use a whole number")
    .min(0, "Use 0 or more")
    .max(2 ** 31 - 1, "Use a smaller number")
    .default(DEFAULT_SEED),
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
  limit: z.int().min(1).max(100).default(50),
  offset: z.int().min(0).max(100_000).default(0),
});
