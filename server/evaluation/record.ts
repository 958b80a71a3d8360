import { eq, inArray, sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { benchmarks, evaluations, trainingRunSnapshots } from "@/db/schema";
import { badArtifact } from "@/server/runner/artifact";
import type { BlobStore } from "@/server/storage/blob-store";
import { parseEvaluation, summarize } from "./parse";

/**
 * Keeps the totals of a scored run and counts one more opening of each Datanet's locked test, in the caller's transaction:
 * a run counts once, however often the worker is killed on the way here.
 */
export async function recordEvaluation(
  tx: Transaction,
  blobs: BlobStore,
  run: { id: string; snapshotId: string },
  artifacts: Record<string, string>,
): Promise<void> {
  const sha256 = artifacts["evaluation.json"]!;
  const summary = summarize(parseEvaluation(await blobs.get(sha256)));
  if (!summary) throw badArtifact("evaluation.json", "it compares nothing");
  const [before] = await tx
    .select({ runId: evaluations.runId })
    .from(evaluations)
    .where(eq(evaluations.runId, run.id));
  if (before) return;
  const opened = await tx
    .update(benchmarks)
    .set({ openings: sql`${benchmarks.openings} + 1` })
    .where(
      inArray(
        benchmarks.snapshotId,
        tx
          .select({ id: trainingRunSnapshots.snapshotId })
          .from(trainingRunSnapshots)
          .where(eq(trainingRunSnapshots.runId, run.id)),
      ),
    )
    .returning({
      id: benchmarks.id,
      snapshotId: benchmarks.snapshotId,
      openings: benchmarks.openings,
    });
  const first = opened.find(({ snapshotId }) => snapshotId === run.snapshotId)!;
  await tx.insert(evaluations).values({
    runId: run.id,
    benchmarkId: first.id,
    sha256,
    verdict: summary.comparison.verdict,
    summary,
    opening: Math.max(...opened.map(({ openings }) => openings)),
  });
}
