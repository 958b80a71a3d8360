/**
 * uploaded -> parsing -> ready -> submitted -> reviewed; failed ends a file that was refused whole.
 * A mapping change sends ready back to parsing; undoing the last decision sends reviewed back to submitted.
 */
export const CONTRIBUTION_STATUSES = [
  "uploaded",
  "parsing",
  "ready",
  "failed",
  "submitted",
  "reviewed",
] as const;
export type ContributionStatus = (typeof CONTRIBUTION_STATUSES)[number];

export const CONTRIBUTION_TRANSITIONS: Record<ContributionStatus, readonly ContributionStatus[]> = {
  uploaded: ["parsing"],
  parsing: ["ready", "failed"],
  ready: ["parsing", "submitted"],
  failed: ["parsing"],
  submitted: ["reviewed"],
  reviewed: ["submitted"],
};

/** pending waits for a decision; only accepted rows enter a version. */
export const RECORD_STATUSES = ["draft", "pending", "accepted", "rejected"] as const;
export type RecordStatus = (typeof RECORD_STATUSES)[number];
