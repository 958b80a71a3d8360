"use client";
import type { RouterOutputs } from "../trpc/client";
import { Callout } from "../ui/callout";

type Task = RouterOutputs["task"]["get"];

/** What examples are wanted for, above the box they are written in. */
export function TaskNote({ task }: { task: Task }) {
  return (
    <Callout title={task.status === "done" ? "This task is done already" : "Examples for a task"}>
      <p className="break-words">
        Asked “{task.prompt}”, {task.adapterName} answered “{task.wrongAnswer || "nothing"}”. It should have
        been “{task.expected}”.
      </p>
      <p className="mt-1">
        {task.isTestQuestion
          ? "The question belongs to the test, so its own row can never be trained on: write others of the same kind, in other words."
          : "The first row is filled in. A few more of the same kind, in other words, teach more than one."}
      </p>
    </Callout>
  );
}
