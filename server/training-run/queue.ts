import { asc, eq, inArray, sql } from "drizzle-orm";
import { accounts, datanets, trainingRuns } from "@/db/schema";
import { RUN_STAGES, type RunStage } from "@/db/schema/training-run.constants";
import { isReadableRun, PRIVATE_NAME } from "@/server/access/visible";
import type { Context } from "@/server/context";
import { orderQueue } from "./queue-order";

/** More wait on no training machine that is of use to anyone. */
const MOST = 200;

/**
 * Every run that is under way or waits for the training machine, in its order, with whose it is. That a run on a private Datanet
 * waits is no secret; which one it is stays one.
 */
export async function listQueue(ctx: Context) {
  const rows = await ctx.db
    .select({
      id: trainingRuns.id,
      kind: trainingRuns.kind,
      status: trainingRuns.status,
      preset: trainingRuns.preset,
      baseId: trainingRuns.baseId,
      progress: trainingRuns.progress,
      dryRun: trainingRuns.dryRun,
      stageSeconds: trainingRuns.stageSeconds,
      isCancelRequested: trainingRuns.isCancelRequested,
      createdAt: trainingRuns.createdAt,
      builderId: trainingRuns.builderId,
      builderName: accounts.name,
      builderAddress: accounts.address,
      datanetName: sql<string>`case when ${isReadableRun(ctx.actor)} then ${datanets.name} else ${PRIVATE_NAME} end`,
    })
    .from(trainingRuns)
    .innerJoin(datanets, eq(datanets.id, trainingRuns.datanetId))
    .innerJoin(accounts, eq(accounts.id, trainingRuns.builderId))
    .where(inArray(trainingRuns.status, [...RUN_STAGES]))
    .orderBy(asc(trainingRuns.startedAt), asc(trainingRuns.createdAt))
    .limit(MOST);
  return orderQueue(rows.map((row) => ({ ...row, status: row.status as RunStage }))).map(
    ({ builderId, dryRun: _, stageSeconds: __, ...row }) => ({
      ...row,
      isMine: ctx.actor?.accountId === builderId,
    }),
  );
}

/** A run's own place in that line; null when it is not in it. */
export async function queuePlace(ctx: Context, runId: string) {
  const line = await listQueue(ctx);
  const own = line.find(({ id }) => id === runId);
  if (!own) return null;
  const { position, startsInSeconds, leftSeconds } = own;
  return { position, startsInSeconds, leftSeconds, inLine: line.length };
}
