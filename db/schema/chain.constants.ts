export const TRANSACTION_PURPOSES = [
  "datanet.create",
  "datanet.grant",
  "snapshot.commit",
  "run.commit",
  "adapter.publish",
] as const;
export type TransactionPurpose = (typeof TRANSACTION_PURPOSES)[number];

/**
 * Shown as submitted / included / final; the other three end a transaction that did nothing. A dropped one may be sent
 * once more under the same hash, or turn up in a block after all.
 */
export const TRANSACTION_STATUSES = [
  "submitted",
  "included",
  "final",
  "reverted",
  "replaced",
  "dropped",
] as const;
export type TransactionStatus = (typeof TRANSACTION_STATUSES)[number];

export const TRANSACTION_TRANSITIONS: Record<TransactionStatus, readonly TransactionStatus[]> = {
  submitted: ["included", "final", "reverted", "replaced", "dropped"],
  included: ["final", "submitted"],
  final: [],
  reverted: [],
  replaced: [],
  dropped: ["submitted", "included", "final"],
};
