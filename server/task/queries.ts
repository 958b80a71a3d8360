import { asc, desc, eq, sql } from "drizzle-orm";
import type { z } from "zod";
import { accounts, adapters, tasks } from "@/db/schema";
import type { Context } from "@/server/context";
import { notFound } from "@/server/errors";
import type { ListTasksInput, TaskId } from "./schemas";

const MOST = 500;

const columns = {
  id: tasks.id,
  datanetId: tasks.datanetId,
  prompt: tasks.prompt,
  wrongAnswer: tasks.wrongAnswer,
  expected: tasks.expected,
  status: tasks.status,
  doneById: tasks.doneById,
  doneAt: tasks.doneAt,
  createdAt: tasks.createdAt,
  adapterId: adapters.id,
  adapterName: adapters.name,
  reporterName: accounts.name,
  reporterAddress: accounts.address,
  /** A shown question of the test: its own row can never be trained on. Of a sealed one this says nothing. */
  isTestQuestion: sql<boolean>`exists (
    select 1 from records r join snapshot_records s on s.record_id = r.id
    where r.datanet_id = ${tasks.datanetId} and s.side = 'test' and not s.sealed
      and lower(btrim(r.prompt)) = lower(btrim(${tasks.prompt})))`,
  contributions: sql<number>`(select count(*)::int from task_contributions c
    join contributions f on f.id = c.contribution_id and f.status in ('submitted', 'reviewed')
    where c.task_id = ${tasks.id})`,
};

const select = (ctx: Context) =>
  ctx.db
    .select(columns)
    .from(tasks)
    .innerJoin(adapters, eq(adapters.id, tasks.adapterId))
    .innerJoin(accounts, eq(accounts.id, tasks.openedById));

/** A Datanet's tasks, open ones first, then the newest; readable by anyone. */
export function listTasks(ctx: Context, { datanetId }: z.output<typeof ListTasksInput>) {
  return select(ctx)
    .where(eq(tasks.datanetId, datanetId))
    .orderBy(asc(sql`${tasks.status} = 'done'`), desc(tasks.createdAt), desc(tasks.id))
    .limit(MOST);
}

/** Error: NOT_FOUND. */
export async function getTask(ctx: Context, { taskId }: z.output<typeof TaskId>) {
  const [task] = await select(ctx).where(eq(tasks.id, taskId));
  if (!task) throw notFound("task");
  return task;
}
