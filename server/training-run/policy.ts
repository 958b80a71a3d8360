import { eq } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { trainingRuns } from "@/db/schema";
import { TRAINING_RUN_TRANSITIONS, type TrainingRunStatus } from "@/db/schema/training-run.constants";
import type { Actor } from "@/server/context";
import { requireMember } from "@/server/datanet/policy";
import { AppError, notFound } from "@/server/errors";

export type TrainingRunRow = typeof trainingRuns.$inferSelect;

export const canMove = (from: TrainingRunStatus, to: TrainingRunStatus): boolean =>
  TRAINING_RUN_TRANSITIONS[from].includes(to);

/** Members train on a Datanet; on a sample anyone who is signed in does, because nobody is there to join. */
export async function requireTrainer(
  db: DatabaseOrTransaction,
  actor: Actor,
  datanet: { id: string; isSample: boolean },
): Promise<void> {
  if (!datanet.isSample) await requireMember(db, actor, datanet.id);
}

/** The run, locked until the transaction ends; only its builder may start, cancel or resume it. */
export async function lockOwnRun(
  tx: DatabaseOrTransaction,
  actor: Actor,
  runId: string,
): Promise<TrainingRunRow> {
  const [run] = await tx.select().from(trainingRuns).where(eq(trainingRuns.id, runId)).for("update");
  if (!run) throw notFound("training run");
  if (run.builderId !== actor.accountId) {
    throw new AppError(
      "FORBIDDEN",
      "NOT_BUILDER",
      "Only the person who started this run may do this.",
      "Start a run of your own on the same version.",
    );
  }
  return run;
}
