import { and, eq } from "drizzle-orm";
import { trainingRuns } from "@/db/schema";
import { FINAL_RUN_STATUSES } from "@/db/schema/training-run.constants";
import type { Context } from "@/server/context";
import { agreeWithRetrains } from "@/server/influence/agree";
import { parseInfluence } from "@/server/influence/parse";
import { parseTestLoss } from "@/server/influence/test-loss-file";
import type { TrainingRunRow } from "./policy";
import { INFLUENCE, TEST_LOSS } from "./stages";

/**
 * What training again without each contributor did to the test loss, where it was done (positive = their rows helped), and
 * how far the fast scores agree with it; null before the run is scored.
 */
export async function readRetrained(ctx: Context, parent: TrainingRunRow) {
  const checks = await ctx.db
    .select()
    .from(trainingRuns)
    .where(and(eq(trainingRuns.parentRunId, parent.id), eq(trainingRuns.kind, "removal")));
  const measured = new Map<string, { id: string; value: number; low: number; high: number }>();
  for (const check of checks) {
    const sha256 = check.artifacts[TEST_LOSS];
    const id = check.excludedContributorIds.find((one) => !parent.excludedContributorIds.includes(one));
    if (sha256 && id) measured.set(id, { id, ...parseTestLoss(await ctx.blobs.get(sha256)).change });
  }
  const isRetraining = checks.some(
    ({ status }) => !(FINAL_RUN_STATUSES as readonly string[]).includes(status),
  );
  const retrained = [...measured.values()];
  const sha256 = parent.artifacts[INFLUENCE];
  const fast = sha256 ? parseInfluence(await ctx.blobs.get(sha256)).contributors : null;
  return { retrained, isRetraining, retrainAgreement: fast && agreeWithRetrains(fast, retrained) };
}
