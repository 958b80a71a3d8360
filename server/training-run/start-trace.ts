import { and, eq, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Transaction } from "@/db/client";
import { trainingRuns } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";
import type { TrainingConfig } from "./config";
import { insertRun } from "./insert-run";
import { likeParent, requireParent } from "./parent";
import type { RunId } from "./schemas";
import { ADAPTER, TRAINING_MANIFEST } from "./stages";
import { FOLDS } from "./trace-length";

/**
 * Traces a finished run: its training is taken again to the same bits and followed backwards through every step to the
 * rows. It waits behind every training and makes no adapter. Whoever may train on the run's Datanets may ask; asking
 * twice gives the same trace, and one that failed or was cancelled may be asked for again.
 * Errors: NOT_FOUND, NOT_MEMBER, NOT_TRACEABLE.
 */
export async function startTrace(
  ctx: SignedInContext,
  input: z.output<typeof RunId>,
): Promise<{ traceId: string }> {
  const { parent, sources } = await requireParent(ctx, input.runId);
  if (!isTraceable(parent)) throw notTraceable();
  const { base, base_hash, task } = parent.config as TrainingConfig;
  return ctx.db.transaction(async (tx) => {
    await tx.select().from(trainingRuns).where(eq(trainingRuns.id, parent.id)).for("update");
    const same = await findTrace(tx, parent.id);
    if (same) return { traceId: same };
    const { runId: traceId } = await insertRun(tx, sources, {
      kind: "trace",
      ...likeParent(parent),
      builderId: ctx.actor.accountId,
      config: { base, base_hash, task, folds: FOLDS, categories: true },
      inputs: {
        train: parent.inputs.train!,
        validation: parent.inputs.validation!,
        test: parent.inputs.test!,
        manifest: parent.artifacts[TRAINING_MANIFEST]!,
        adapter: parent.artifacts[ADAPTER]!,
      },
      excludedContributorIds: parent.excludedContributorIds,
      dropped: parent.dropped,
      status: "tracing",
      startedAt: new Date(),
    });
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "trainingRun.trace",
      subject: `trainingRun:${traceId}`,
      data: { runId: parent.id },
    });
    return { traceId };
  });
}

/** A finished training of ours that left its manifest, on a base that is kept whole. */
export function isTraceable(run: typeof trainingRuns.$inferSelect): boolean {
  const config = run.config as Partial<TrainingConfig>;
  return (
    run.kind === "training" &&
    run.status === "succeeded" &&
    TRAINING_MANIFEST in run.artifacts &&
    ADAPTER in run.artifacts &&
    config.quantisation !== "4bit"
  );
}

async function findTrace(tx: Transaction, parentRunId: string): Promise<string | null> {
  const [same] = await tx
    .select({ id: trainingRuns.id })
    .from(trainingRuns)
    .where(
      and(
        eq(trainingRuns.kind, "trace"),
        eq(trainingRuns.parentRunId, parentRunId),
        sql`${trainingRuns.status} not in ('failed', 'cancelled')`,
        eq(trainingRuns.isCancelRequested, false),
      ),
    );
  return same?.id ?? null;
}

const notTraceable = () =>
  new AppError(
    "CONFLICT",
    "NOT_TRACEABLE",
    "Only a finished training run on a base that is not kept in four bits can be traced.",
    "Wait until the run is over, or open one that finished.",
  );
