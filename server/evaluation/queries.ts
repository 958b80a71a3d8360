import { and, eq, isNotNull } from "drizzle-orm";
import type { z } from "zod";
import { evaluations, judgements, trainingRuns } from "@/db/schema";
import { requireReadableRun } from "@/server/access/require";
import { askerId, type Context } from "@/server/context";
import { notFound } from "@/server/errors";
import { type EvaluationItem, type EvaluationSummary, parseEvaluation } from "./parse";
import type { EvaluationItemsInput, ItemFilter } from "./schemas";

export type ShownItem = {
  id: string;
  category: string;
  prompt: string;
  expected: string[];
  base: EvaluationItem["answers"][string];
  tuned: EvaluationItem["answers"][string];
};

/**
 * Side by side answers. Sealed questions never leave this file: they count in the totals of the evaluations row, and
 * what is listed is the shown third alone.
 */
export async function listEvaluationItems(ctx: Context, input: z.output<typeof EvaluationItemsInput>) {
  await requireReadableRun(ctx, input.runId);
  const { shown: all, sealed } = await readItems(ctx, input.runId);
  const judged = await judgedItems(ctx, input.runId);
  const shown = judged ? all.filter(({ id }) => judged.has(id)) : all;
  const counts = Object.fromEntries(
    (Object.keys(FILTERS) as ItemFilter[]).map((filter) => [filter, shown.filter(FILTERS[filter]).length]),
  ) as Record<ItemFilter, number>;
  const matching = shown.filter(FILTERS[input.filter]);
  const items = matching.slice(input.offset, input.offset + input.limit);
  return { items, counts, sealed, hidden: all.length - shown.length };
}

/**
 * While people still judge a style blind, whose answer is whose is shown only of what the asker has judged; null where
 * nothing is kept back.
 */
async function judgedItems(ctx: Context, runId: string): Promise<Set<string> | null> {
  const [run] = await ctx.db
    .select({ metric: trainingRuns.metric, verdict: evaluations.verdict, summary: evaluations.summary })
    .from(trainingRuns)
    .innerJoin(evaluations, eq(evaluations.runId, trainingRuns.id))
    .where(eq(trainingRuns.id, runId));
  if (run?.metric !== "preference" || run.verdict !== "not_measured") return null;
  // A test that is too small for a verdict is judged for nothing.
  if ((run.summary as EvaluationSummary).comparison.rowsNeeded !== null) return null;
  const rows = await ctx.db
    .select({ itemId: judgements.itemId })
    .from(judgements)
    .where(
      and(
        eq(judgements.runId, runId),
        eq(judgements.accountId, askerId(ctx)),
        isNotNull(judgements.preference),
      ),
    );
  return new Set(rows.map(({ itemId }) => itemId));
}

const FILTERS: Record<ItemFilter, (item: ShownItem) => boolean> = {
  all: () => true,
  fixed: ({ base, tuned }) => !base.correct && tuned.correct,
  broken: ({ base, tuned }) => base.correct && !tuned.correct,
  both_wrong: ({ base, tuned }) => !base.correct && !tuned.correct,
  different: ({ base, tuned }) => base.text !== tuned.text,
};

async function readItems(ctx: Context, runId: string): Promise<{ shown: ShownItem[]; sealed: number }> {
  const [run] = await ctx.db
    .select({ artifacts: trainingRuns.artifacts })
    .from(trainingRuns)
    .where(eq(trainingRuns.id, runId));
  if (!run) throw notFound("training run");
  const sha256 = run.artifacts["evaluation.json"];
  if (!sha256) return { shown: [], sealed: 0 };
  const { items } = parseEvaluation(await ctx.blobs.get(sha256));
  return {
    shown: items.filter((item) => !item.sealed).flatMap(show),
    sealed: items.filter((i) => i.sealed).length,
  };
}

function show({ id, category, prompt, expected, answers }: EvaluationItem): ShownItem[] {
  const { base, tuned } = answers;
  return base && tuned ? [{ id, category, prompt, expected, base, tuned }] : [];
}
