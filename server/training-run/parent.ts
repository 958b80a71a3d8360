import { eq } from "drizzle-orm";
import { trainingRuns } from "@/db/schema";
import { notFound } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { requireTrainer } from "./policy";
import { listRunSources } from "./sources";

type Run = typeof trainingRuns.$inferSelect;

/** The run that another one is made to look into, for whoever may train on its Datanets. Errors: NOT_FOUND, NOT_MEMBER. */
export async function requireParent(ctx: SignedInContext, runId: string) {
  const [parent] = await ctx.db.select().from(trainingRuns).where(eq(trainingRuns.id, runId));
  if (!parent) throw notFound("training run");
  const sources = await listRunSources(ctx.db, parent.id);
  for (const { datanet } of sources) await requireTrainer(ctx.db, ctx.actor, datanet);
  return { parent, sources };
}

/** What such a run has of its parent: the same base, settings and question. */
export const likeParent = (parent: Run) => ({
  parentRunId: parent.id,
  baseId: parent.baseId,
  baseHash: parent.baseHash,
  preset: parent.preset,
  seed: parent.seed,
  metric: parent.metric,
  hypothesis: parent.hypothesis,
});
