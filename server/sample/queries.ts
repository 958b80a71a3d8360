import { and, asc, eq, inArray } from "drizzle-orm";
import { adapters, datanets, evaluations, publications, snapshots, trainingRuns } from "@/db/schema";
import type { Context } from "@/server/context";
import type { Verdict } from "@/server/evaluation/schemas";

/** The samples that are whole (frozen, with the finished run that came with them, published), the first seeded first. */
export async function listSamples(ctx: Pick<Context, "db">) {
  const rows = await ctx.db
    .select({
      datanetId: datanets.id,
      name: datanets.name,
      purpose: datanets.purpose,
      goal: datanets.goal,
      snapshotId: trainingRuns.snapshotId,
      runId: trainingRuns.id,
      adapterId: adapters.id,
      verdict: evaluations.verdict,
    })
    .from(datanets)
    .innerJoin(
      trainingRuns,
      and(eq(trainingRuns.datanetId, datanets.id), eq(trainingRuns.builderId, datanets.ownerId)),
    )
    .innerJoin(snapshots, and(eq(snapshots.id, trainingRuns.snapshotId), eq(snapshots.status, "frozen")))
    .innerJoin(evaluations, eq(evaluations.runId, trainingRuns.id))
    .innerJoin(adapters, eq(adapters.runId, trainingRuns.id))
    .innerJoin(
      publications,
      and(eq(publications.adapterId, adapters.id), inArray(publications.status, ["included", "final"])),
    )
    .where(eq(datanets.isSample, true))
    .orderBy(asc(datanets.createdAt), asc(trainingRuns.createdAt));
  return rows.map((row) => ({ ...row, verdict: row.verdict as Verdict }));
}
