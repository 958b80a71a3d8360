import { and, desc, eq, lt, sql } from "drizzle-orm";
import type { Database } from "@/db/client";
import { trainingRunSnapshots, trainingRuns } from "@/db/schema";
import { requireReadableRun } from "@/server/access/require";
import type { Context } from "@/server/context";
import { comparePaired, type Paired } from "@/server/evaluation/paired";
import { pairOf, readItems, sharedItems } from "./compare";
import type { TrainingRunRow } from "./policy";
import { listRunSources } from "./sources";
import { EVALUATION } from "./stages";

export type PreviousRun = {
  runId: string;
  preset: string;
  baseId: string;
  createdAt: Date;
  /** Of its first Datanet. */
  version: number;
  /** Of this run to that one, on the questions that both were asked. */
  paired: Paired;
};

/**
 * The version before of a run's adapter as one more arm: what the same builder trained last, before this run, on the
 * same Datanets. Null where there is none that was measured on a question of this run, and for goals that people judge.
 * Error: NOT_FOUND.
 */
export async function getPrevious(ctx: Context, runId: string): Promise<PreviousRun | null> {
  await requireReadableRun(ctx, runId);
  const [run] = await ctx.db.select().from(trainingRuns).where(eq(trainingRuns.id, runId));
  if (run?.kind !== "training" || run.metric === "preference") return null;
  const items = await readItems(ctx.blobs, run);
  const before = items && (await lastBefore(ctx.db, run));
  if (!before) return null;
  const shared = sharedItems((await readItems(ctx.blobs, before))!, items);
  if (shared.length === 0) return null;
  const [source] = await listRunSources(ctx.db, before.id);
  return {
    runId: before.id,
    preset: before.preset,
    baseId: before.baseId,
    createdAt: before.createdAt,
    version: source!.snapshot.number,
    paired: comparePaired(shared.map(pairOf)),
  };
}

async function lastBefore(db: Database, run: TrainingRunRow): Promise<TrainingRunRow | undefined> {
  const datanetsOf = (runId: typeof trainingRuns.id | string) => sql`(
    select array_agg(s.datanet_id order by s.datanet_id) from ${trainingRunSnapshots} s where s.run_id = ${runId})`;
  const [before] = await db
    .select()
    .from(trainingRuns)
    .where(
      and(
        eq(trainingRuns.builderId, run.builderId),
        eq(trainingRuns.kind, "training"),
        eq(trainingRuns.metric, run.metric),
        lt(trainingRuns.createdAt, run.createdAt),
        sql`${trainingRuns.artifacts} ? ${EVALUATION}`,
        sql`${datanetsOf(trainingRuns.id)} = ${datanetsOf(run.id)}`,
      ),
    )
    .orderBy(desc(trainingRuns.createdAt))
    .limit(1);
  return before;
}
