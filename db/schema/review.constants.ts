export const DECISIONS = ["accept", "reject"] as const;
export type Decision = (typeof DECISIONS)[number];

/** read: a person saw the row; sampled: accepted with its contribution after enough rows were read. */
export const REVIEW_BASES = ["read", "sampled"] as const;
export type ReviewBasis = (typeof REVIEW_BASES)[number];

/** Decisions on a contribution after which a validator may accept the rest of it. */
export const SAMPLING_MINIMUM = 20;

export const REJECT_REASONS = [
  "wrong_answer",
  "unclear",
  "off_topic",
  "duplicate",
  "unsafe",
  "other",
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];
