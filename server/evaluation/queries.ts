import { eq } from "drizzle-orm";
import type { z } from "zod";
import { trainingRuns } from "@/db/schema";
import type { Context } from "@/server/context";
import { notFound } from "@/server/errors";
import { type EvaluationItem, parseEvaluation } from "./parse";
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
  const { shown, sealed } = await readItems(ctx, input.runId);
  const counts = Object.fromEntries(
    (Object.keys(FILTERS) as ItemFilter[]).map((filter) => [filter, shown.filter(FILTERS[filter]).length]),
  ) as Record<ItemFilter, number>;
  const matching = shown.filter(FILTERS[input.filter]);
  return { items: matching.slice(input.offset, input.offset + input.limit), counts, sealed };
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
