import { and, desc, eq, inArray } from "drizzle-orm";
import {
  accounts,
  contributions,
  datanets,
  influenceScores,
  records,
  snapshotRecords,
  trainingRunSnapshots,
  trainingRuns,
} from "@/db/schema";
import { requireReadableRun } from "@/server/access/require";
import type { Context } from "@/server/context";
import { notFound } from "@/server/errors";
import { type Influence, parseInfluence, signOf } from "./parse";
import { claimOf, othersTotals } from "./signs";

const byLowerBound = (a: { low: number }, b: { low: number }) => b.low - a.low;

/** Estimated influence by Datanet, by contributor and by file, best lower bound first, with examples; null before it is scored. */
export async function getInfluence(ctx: Context, runId: string) {
  await requireReadableRun(ctx, runId);
  const [run] = await ctx.db
    .select({ artifacts: trainingRuns.artifacts })
    .from(trainingRuns)
    .where(eq(trainingRuns.id, runId));
  if (!run) throw notFound("training run");
  const sha256 = run.artifacts["influence.json"];
  if (!sha256) return null;
  const influence = parseInfluence(await ctx.blobs.get(sha256));
  const contributors = await ctx.db
    .select({ score: influenceScores, name: accounts.name, address: accounts.address })
    .from(influenceScores)
    .innerJoin(accounts, eq(accounts.id, influenceScores.subjectId))
    .where(and(eq(influenceScores.runId, runId), eq(influenceScores.scope, "contributor")))
    .orderBy(desc(influenceScores.low));
  const files = await ctx.db
    .select({
      score: influenceScores,
      fileName: contributions.fileName,
      name: accounts.name,
      address: accounts.address,
    })
    .from(influenceScores)
    .innerJoin(contributions, eq(contributions.id, influenceScores.subjectId))
    .innerJoin(accounts, eq(accounts.id, contributions.contributorId))
    .where(and(eq(influenceScores.runId, runId), eq(influenceScores.scope, "contribution")))
    .orderBy(desc(influenceScores.low));
  const nets = await ctx.db
    .select({ score: influenceScores, name: datanets.name })
    .from(influenceScores)
    .innerJoin(datanets, eq(datanets.id, influenceScores.subjectId))
    .where(and(eq(influenceScores.runId, runId), eq(influenceScores.scope, "datanet")));
  const othersOf = othersTotals(influence);
  const bar = (score: typeof influenceScores.$inferSelect) => {
    const interval = { low: score.low ?? score.value, high: score.high ?? score.value };
    const { subjectId: id, rows, value } = score;
    const others = othersOf(id);
    const claim = claimOf({ ...interval, others });
    return { id, rows, value, ...interval, sign: signOf(interval), others, claim };
  };
  return {
    method: influence.method,
    unit: influence.unit,
    interval: influence.interval ?? null,
    checkpoints: influence.checkpoints,
    sha256,
    /** Told apart only where a run has more than one. */
    datanets: nets.map(({ score, name }) => ({ ...bar(score), name })).sort(byLowerBound),
    contributors: contributors
      .map(({ score, name, address }) => ({ ...bar(score), name, address }))
      .sort(byLowerBound),
    contributions: files
      .map(({ score, fileName, name, address }) => ({ ...bar(score), fileName, name, address }))
      .sort(byLowerBound),
    examples: await describeExamples(ctx, runId, influence.examples),
  };
}

/** Rows with their text and contributor. A question is shown only when it belongs to the shown third of the test. */
async function describeExamples(ctx: Context, runId: string, examples: Influence["examples"]) {
  const all = [...examples.helped, ...examples.hurt];
  const ids = [...new Set(all.flatMap(({ id, testId }) => (testId ? [id, testId] : [id])))];
  if (ids.length === 0) return { helped: [], hurt: [] };
  const rows = await ctx.db
    .select({
      id: records.id,
      prompt: records.prompt,
      answer: records.answer,
      name: accounts.name,
      address: accounts.address,
      side: snapshotRecords.side,
      sealed: snapshotRecords.sealed,
    })
    .from(records)
    .innerJoin(accounts, eq(accounts.id, records.contributorId))
    .innerJoin(
      snapshotRecords,
      and(
        eq(snapshotRecords.recordId, records.id),
        inArray(
          snapshotRecords.snapshotId,
          ctx.db
            .select({ id: trainingRunSnapshots.snapshotId })
            .from(trainingRunSnapshots)
            .where(eq(trainingRunSnapshots.runId, runId)),
        ),
      ),
    )
    .where(inArray(records.id, ids));
  const byId = new Map(rows.filter((row) => row.side === "train" || !row.sealed).map((row) => [row.id, row]));
  const describe = ({ id, value, testId }: Influence["examples"]["helped"][number]) => {
    const row = byId.get(id);
    if (!row) return [];
    const question = testId ? byId.get(testId) : undefined;
    return [
      {
        id,
        value,
        prompt: row.prompt,
        answer: row.answer,
        name: row.name,
        address: row.address,
        question: question ? { prompt: question.prompt, answer: question.answer } : null,
      },
    ];
  };
  return { helped: examples.helped.flatMap(describe), hurt: examples.hurt.flatMap(describe) };
}
