/** Every named job and what it carries: ids only, the row is the truth. */
export type JobPayload = {
  "contribution.parse": { contributionId: string; fence: number };
  "snapshot.prepare": { snapshotId: string };
  "contribution.embed": { datanetId: string };
};
export type JobName = keyof JobPayload;
export const JOB_NAMES = [
  "contribution.parse",
  "snapshot.prepare",
  "contribution.embed",
] as const satisfies JobName[];
