import { and, eq, isNotNull } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { judgements, modelJudgements } from "@/db/schema";
import { requireReadableRun } from "@/server/access/require";
import type { Context } from "@/server/context";
import { parseEvaluation } from "@/server/evaluation/parse";
import type { BlobStore } from "@/server/storage/blob-store";
import { listRunSources } from "@/server/training-run/sources";
import { agreement } from "./agreement";
import { type JudgedRun, mayJudge, requireJudgedRun } from "./policy";
import { isSame, type Opinion, type Pair, pairsOf, summarizePreference } from "./tally";

/** The pairs of a run's test, and why the test itself may be too small for a verdict. */
export async function readPairs(blobs: BlobStore, { evaluation }: JudgedRun) {
  const { items, comparison } = parseEvaluation(await blobs.get(evaluation.sha256));
  return { pairs: pairsOf(items), comparison: comparison! };
}

/** Every vote on a run's answers. */
export async function listOpinions(db: DatabaseOrTransaction, runId: string): Promise<Opinion[]> {
  const rows = await db
    .select({
      itemId: judgements.itemId,
      accountId: judgements.accountId,
      preference: judgements.preference,
    })
    .from(judgements)
    .where(and(eq(judgements.runId, runId), isNotNull(judgements.preference)));
  return rows as Opinion[];
}

/**
 * How far the judging of a run is, what it says, and what the asker may do; readable by whoever may read the run.
 * Errors: NOT_FOUND, NOT_JUDGED, NOT_MEASURED.
 */
export async function getJudging(ctx: Context, { runId }: { runId: string }) {
  await requireReadableRun(ctx, runId);
  const run = await requireJudgedRun(ctx.db, runId);
  const { pairs, comparison } = await readPairs(ctx.blobs, run);
  const opinions = await listOpinions(ctx.db, runId);
  const sources = await listRunSources(ctx.db, runId);
  const own = new Set(opinions.filter((o) => o.accountId === ctx.actor?.accountId).map((o) => o.itemId));
  return {
    runId,
    summary: summarizePreference(pairs, opinions, comparison),
    mayJudge: await mayJudge(ctx.db, ctx.actor, runId),
    own: own.size,
    left: leftFor(pairs, own).length,
    datanets: sources.map(({ datanet }) => ({
      id: datanet.id,
      name: datanet.name,
      guidelines: datanet.guidelines,
      contributeAccess: datanet.contributeAccess,
    })),
    models: await modelsOf(ctx.db, runId, opinions),
  };
}

/** The pairs that somebody who judged these has still before them. */
export const leftFor = (pairs: readonly Pair[], judged: ReadonlySet<string>): Pair[] =>
  pairs.filter((pair) => !isSame(pair) && !judged.has(pair.id));

/** Judge models and how far each agrees with the people; none where none was ever asked. */
async function modelsOf(db: DatabaseOrTransaction, runId: string, opinions: readonly Opinion[]) {
  const rows = await db.select().from(modelJudgements).where(eq(modelJudgements.runId, runId));
  const models = [...new Set(rows.map(({ model }) => model))].sort();
  return models.map((model) => ({
    model,
    ...agreement(
      rows.filter((row) => row.model === model),
      opinions,
    ),
  }));
}
