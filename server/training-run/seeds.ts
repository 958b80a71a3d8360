import { eq, sql } from "drizzle-orm";
import type { Database } from "@/db/client";
import { trainingRunSnapshots, trainingRuns } from "@/db/schema";
import { requireReadableRun } from "@/server/access/require";
import type { Context } from "@/server/context";
import { readItems } from "./compare";
import type { TrainingRunRow } from "./policy";
import { EVALUATION } from "./stages";

/** More trainings of one kind tell nothing more about their spread. */
const MOST = 20;

export type SeedSpread = {
  /** The same training by seed, this run among them, the lowest seed first. */
  runs: { runId: string; seed: number; right: number; n: number }[];
  /** Share right of 1: the lowest, the highest, and the standard deviation of a training (n − 1). */
  lowest: number;
  highest: number;
  deviation: number;
};

/**
 * How much a result depends on the luck of its training: the same settings on the same versions with other seeds,
 * whoever trained them. Null with fewer than two seeds, and for goals that people judge. Error: NOT_FOUND.
 */
export async function getSeedSpread(ctx: Context, runId: string): Promise<SeedSpread | null> {
  await requireReadableRun(ctx, runId);
  const [run] = await ctx.db.select().from(trainingRuns).where(eq(trainingRuns.id, runId));
  if (run?.kind !== "training" || run.metric === "preference") return null;
  const bySeed = new Map((await sameButSeed(ctx.db, run)).map((one) => [one.seed, one]));
  if (run.artifacts[EVALUATION]) bySeed.set(run.seed, run);
  if (bySeed.size < 2) return null;
  const runs = await Promise.all(
    [...bySeed.values()].map(async (one) => {
      const items = (await readItems(ctx.blobs, one)) ?? [];
      const right = items.filter(({ answers }) => answers.tuned?.correct).length;
      return { runId: one.id, seed: one.seed, right, n: items.length };
    }),
  );
  const shares = runs.map(({ right, n }) => right / Math.max(1, n));
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const squares = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0);
  return {
    runs: runs.sort((a, b) => a.seed - b.seed),
    lowest: Math.min(...shares),
    highest: Math.max(...shares),
    deviation: Math.sqrt(squares / (shares.length - 1)),
  };
}

function sameButSeed(db: Database, run: TrainingRunRow): Promise<TrainingRunRow[]> {
  const versionsOf = (runId: typeof trainingRuns.id | string) => sql`(
    select array_agg(s.snapshot_id order by s.position) from ${trainingRunSnapshots} s where s.run_id = ${runId})`;
  return db
    .select()
    .from(trainingRuns)
    .where(
      sql`${trainingRuns.kind} = 'training' and ${trainingRuns.baseHash} = ${run.baseHash}
        and ${trainingRuns.artifacts} ? ${EVALUATION}
        and ${trainingRuns.config} - 'seed' = ${JSON.stringify(run.config)}::jsonb - 'seed'
        and ${trainingRuns.excludedContributorIds} = ${JSON.stringify(run.excludedContributorIds)}::jsonb
        and ${versionsOf(trainingRuns.id)} = ${versionsOf(run.id)}`,
    )
    .orderBy(trainingRuns.createdAt)
    .limit(MOST);
}
