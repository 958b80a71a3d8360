import { z } from "zod";

export const VERDICTS = ["better", "worse", "not_enough_evidence", "not_measured"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Which pairs of answers a side by side list shows. */
export const ITEM_FILTERS = ["all", "fixed", "broken", "both_wrong", "different"] as const;
export type ItemFilter = (typeof ITEM_FILTERS)[number];

export const EvaluationItemsInput = z.strictObject({
  runId: z.uuid("This is not a run id"),
  filter: z.enum(ITEM_FILTERS).default("all"),
  limit: z.int().min(1).max(100).default(20),
  offset: z.int().min(0).max(100_000).default(0),
});

/** Whether general ability was kept within the margin; `too_little`: this base knows too little to lose. */
export const KEPT = ["held", "lost", "cannot_tell", "too_little"] as const;
export type Kept = (typeof KEPT)[number];
