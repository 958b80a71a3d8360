import { and, asc, desc, eq, inArray, or, sql } from "drizzle-orm";
import type { z } from "zod";
import type { DatabaseOrTransaction } from "@/db/client";
import { accounts, adapters, datanetMembers, datanets, tasks } from "@/db/schema";
import { requireReadableDatanet } from "@/server/access/require";
import { isReadableDatanet } from "@/server/access/visible";
import type { Actor, Context } from "@/server/context";
import { notFound } from "@/server/errors";
import { listRunSources } from "@/server/training-run/sources";
import type { ListTasksInput, TaskId } from "./schemas";

/** More than this would be a list nobody reads. */
const MOST = 2_000;
const MOST_OWN = 50;

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
  contributions: sql<number>`(select count(*)::int from task_contributions c
    join contributions f on f.id = c.contribution_id and f.status in ('submitted', 'reviewed')
    where c.task_id = ${tasks.id})`,
};

/** Dear, so only of one task: a shown question of the test can never be trained on. Of a sealed one this says nothing. */
const isTestQuestion = sql<boolean>`exists (
  select 1 from records r join snapshot_records s on s.record_id = r.id
  where r.datanet_id = ${tasks.datanetId} and s.side = 'test' and not s.sealed
    and lower(btrim(r.prompt)) = lower(btrim(${tasks.prompt})))`;

/** A Datanet's tasks, open ones first, then the newest; readable by whoever may read it. Error: NOT_FOUND. */
export async function listTasks(ctx: Context, { datanetId }: z.output<typeof ListTasksInput>) {
  await requireReadableDatanet(ctx, datanetId);
  return ctx.db
    .select(columns)
    .from(tasks)
    .innerJoin(adapters, eq(adapters.id, tasks.adapterId))
    .innerJoin(accounts, eq(accounts.id, tasks.openedById))
    .where(eq(tasks.datanetId, datanetId))
    .orderBy(asc(sql`${tasks.status} = 'done'`), desc(tasks.createdAt), desc(tasks.id))
    .limit(MOST);
}

/** Error: NOT_FOUND. */
export async function getTask(ctx: Context, { taskId }: z.output<typeof TaskId>) {
  const [task] = await ctx.db
    .select({ ...columns, isTestQuestion })
    .from(tasks)
    .innerJoin(adapters, eq(adapters.id, tasks.adapterId))
    .innerJoin(accounts, eq(accounts.id, tasks.openedById))
    .where(and(eq(tasks.id, taskId), isReadableDatanet(ctx.actor, sql`"tasks"."datanet_id"`)));
  if (!task) throw notFound("task");
  return task;
}

/**
 * The Datanets that may take a wrong answer of this run's adapter as a task: those it was trained on that the asker may read. Nobody reviews
 * new rows of a sample, so a task of it would never be done: in its place stand the Datanets with the same goal that
 * the asker owns or has joined, the newest first.
 */
export async function listTaskDatanets(db: DatabaseOrTransaction, actor: Actor | null, runId: string) {
  const sources = (await listRunSources(db, runId)).map(({ datanet }) => datanet);
  const readable = await readableIds(db, actor, sources);
  const reviewed = sources.filter(({ id, isSample }) => !isSample && readable.has(id));
  if (!actor || reviewed.length === sources.length) return reviewed;
  const joined = db
    .select({ id: datanetMembers.datanetId })
    .from(datanetMembers)
    .where(eq(datanetMembers.accountId, actor.accountId));
  const own = await db
    .select()
    .from(datanets)
    .where(
      and(
        eq(datanets.isSample, false),
        eq(datanets.goal, sources[0]!.goal),
        or(eq(datanets.ownerId, actor.accountId), inArray(datanets.id, joined)),
      ),
    )
    .orderBy(desc(datanets.createdAt), desc(datanets.id))
    .limit(MOST_OWN);
  return [...reviewed, ...own.filter(({ id }) => !reviewed.some((source) => source.id === id))];
}

async function readableIds(
  db: DatabaseOrTransaction,
  actor: Actor | null,
  of: readonly { id: string }[],
): Promise<Set<string>> {
  const ids = of.map(({ id }) => id);
  const found = await db
    .select({ id: datanets.id })
    .from(datanets)
    .where(and(inArray(datanets.id, ids), isReadableDatanet(actor)));
  return new Set(found.map(({ id }) => id));
}
