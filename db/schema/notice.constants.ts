/** What a person is told about. Each is written in the transaction of its cause. */
export const NOTICE_KINDS = [
  "contribution.reviewed",
  "contribution.sentBack",
  "run.finished",
  "run.failed",
  "adapter.final",
  "task.opened",
  "task.done",
  "removal.done",
  "trace.done",
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];
