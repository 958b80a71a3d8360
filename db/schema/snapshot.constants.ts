/** preparing: clustering and splitting; approval: waits for validators; commit: waits for the owner's transaction. */
export const SNAPSHOT_STATUSES = [
  "preparing",
  "approval",
  "commit",
  "committing",
  "frozen",
  "failed",
] as const;
export type SnapshotStatus = (typeof SNAPSHOT_STATUSES)[number];

export const SNAPSHOT_TRANSITIONS: Record<SnapshotStatus, readonly SnapshotStatus[]> = {
  preparing: ["approval", "failed"],
  approval: ["commit"],
  commit: ["committing", "approval", "frozen"],
  committing: ["frozen", "commit"],
  frozen: [],
  failed: [],
};

export const SIDES = ["train", "validation", "test", "removed"] as const;
export type Side = (typeof SIDES)[number];
