import { and, eq } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { taskContributions, tasks } from "@/db/schema";
import { notFound } from "@/server/errors";

/** Notes that a contribution was written for a task of the same Datanet. Error: NOT_FOUND. */
export async function linkTask(
  tx: Transaction,
  of: { taskId: string; contributionId: string; datanetId: string },
): Promise<void> {
  const [task] = await tx
    .select({ id: tasks.id })
    .from(tasks)
    .where(and(eq(tasks.id, of.taskId), eq(tasks.datanetId, of.datanetId)));
  if (!task) throw notFound("task");
  await tx.insert(taskContributions).values({ taskId: task.id, contributionId: of.contributionId });
}
