/** open until a contribution written for it is reviewed with a row accepted; undoing that review opens it again. */
export const TASK_STATUSES = ["open", "done"] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

export const TASK_TRANSITIONS: Record<TaskStatus, readonly TaskStatus[]> = {
  open: ["done"],
  done: ["open"],
};
