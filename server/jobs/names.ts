/** Every named job and what it carries: ids only, the row is the truth. */
export type JobPayload = {
  "contribution.parse": { contributionId: string; fence: number };
  "snapshot.prepare": { snapshotId: string };
};
export type JobName = keyof JobPayload;
export const JOB_NAMES = ["contribution.parse", "snapshot.prepare"] as const satisfies JobName[];
