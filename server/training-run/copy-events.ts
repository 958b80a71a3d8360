import { and, eq, max, sql } from "drizzle-orm";
import type { Database } from "@/db/client";
import { runEvents } from "@/db/schema";
import type { RunStage } from "@/db/schema/training-run.constants";
import type { RunnerClient } from "@/server/runner/client";
import { stageRunId } from "./stages";

const PAGE = 500;

/**
 * Copies the runner's new events of a stage, oldest first. An event is its sequence number, so a copy interrupted
 * anywhere goes on without a gap or a double.
 */
export async function copyEvents(
  db: Database,
  runner: RunnerClient,
  runId: string,
  stage: RunStage,
): Promise<void> {
  const own = and(eq(runEvents.runId, runId), eq(runEvents.stage, stage));
  const [last] = await db
    .select({ seq: max(runEvents.seq) })
    .from(runEvents)
    .where(own);
  let after = last?.seq ?? 0;
  for (;;) {
    const { events } = await runner.events(stageRunId(runId, stage), after, PAGE);
    if (events.length === 0) return;
    await db
      .insert(runEvents)
      .values(
        events.map(({ seq, attempt, type, level, message, data, createdAt }) => ({
          runId,
          stage,
          seq,
          attempt,
          type,
          level,
          message,
          data,
          at: new Date(createdAt),
        })),
      )
      .onConflictDoNothing();
    after = events.at(-1)!.seq;
    if (events.length < PAGE) return;
  }
}

/** Seconds from the stage's first event to its end: waiting in the queue is not counted. */
export async function stageSeconds(
  db: Database,
  runId: string,
  stage: RunStage,
  run: { createdAt: string; finishedAt: string | null },
): Promise<number> {
  const [row] = await db
    .select({ first: sql<Date | null>`min(${runEvents.at})`.mapWith(runEvents.at) })
    .from(runEvents)
    .where(and(eq(runEvents.runId, runId), eq(runEvents.stage, stage)));
  const from = row?.first?.getTime() ?? Date.parse(run.createdAt);
  const to = run.finishedAt ? Date.parse(run.finishedAt) : Date.now();
  return Math.max(0, Math.round((to - from) / 10) / 100);
}
