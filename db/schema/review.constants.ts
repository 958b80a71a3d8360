/** fix: accepted as the validator mended it. send_back: its contributor may mend it and submit it again. */
export const DECISIONS = ["accept", "fix", "send_back", "reject"] as const;
export type Decision = (typeof DECISIONS)[number];

/** read: a person saw the row; sampled: accepted with its contribution after enough rows were read. */
export const REVIEW_BASES = ["read", "sampled"] as const;
export type ReviewBasis = (typeof REVIEW_BASES)[number];

/**
 * decision: one of the independent decisions on a row. adjudication: the one that settles a disagreement.
 * known: on a known-answer item. training: the same while the validator is below the bar, and told the answer.
 */
export const REVIEW_PARTS = ["decision", "adjudication", "known", "training"] as const;
export type ReviewPart = (typeof REVIEW_PARTS)[number];

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
