import { eq } from "drizzle-orm";
import { trainingRuns } from "@/db/schema";
import { FINAL_RUN_STATUSES } from "@/db/schema/training-run.constants";
import { appendAudit } from "@/server/audit/append";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import { lockOwnRun } from "./policy";

/**
 * Cancels a run. Before its commitment that is all; afterwards the reconciler stops the runner and keeps the best
 * adapter so far. Asking twice is asking once. Errors: NOT_BUILDER, RUN_OVER.
 */
export async function cancelTrainingRun(ctx: SignedInContext, input: { runId: string }): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const run = await lockOwnRun(tx, ctx.actor, input.runId);
    if (run.isCancelRequested) return;
    if ((FINAL_RUN_STATUSES as readonly string[]).includes(run.status)) {
      throw new AppError("CONFLICT", "RUN_OVER", "This run is over.", "There is nothing to cancel.");
    }
    const isWaiting = run.status === "commit";
    await tx
      .update(trainingRuns)
      .set({
        isCancelRequested: true,
        ...(isWaiting ? { status: "cancelled" as const, finishedAt: new Date() } : {}),
      })
      .where(eq(trainingRuns.id, run.id));
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "trainingRun.cancel",
      subject: `trainingRun:${run.id}`,
      data: { status: run.status },
    });
  });
}
