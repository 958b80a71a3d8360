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

/**
 * pending waits for a decision; only accepted rows enter a version. sent_back waits for its contributor; replaced
 * gave way to a later revision of the same row; known is a known-answer item of the queue and nothing else.
 */
export const RECORD_STATUSES = [
  "draft",
  "pending",
  "accepted",
  "rejected",
  "sent_back",
  "replaced",
  "known",
] as const;
export type RecordStatus = (typeof RECORD_STATUSES)[number];

/** set_aside: the row is not kept. warning: kept, and whoever reviews it sees why. note: on the report only. */
export const SEVERITIES = ["set_aside", "warning", "note"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** fix: the repair that belongs to the finding. leave_out: the row is set aside for it. */
export const REPAIR_ACTIONS = ["fix", "leave_out"] as const;
export type RepairAction = (typeof REPAIR_ACTIONS)[number];

/** What the sequential test says of a contribution: keep looking, or enough was read to accept or refuse the rest. */
export const PLAN_VERDICTS = ["looking", "accepted", "rejected"] as const;
export type PlanVerdict = (typeof PLAN_VERDICTS)[number];

/** sending: bytes still come. stored: all are here and hashed. failed and expired keep nothing. */
export const UPLOAD_STATUSES = ["sending", "stored", "failed", "expired"] as const;
export type UploadStatus = (typeof UPLOAD_STATUSES)[number];
