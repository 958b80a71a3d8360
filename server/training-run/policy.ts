import { eq } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { trainingRuns } from "@/db/schema";
import { TRAINING_RUN_TRANSITIONS, type TrainingRunStatus } from "@/db/schema/training-run.constants";
import { requireAccess } from "@/server/access/require";
import type { Actor } from "@/server/context";
import { notFound } from "@/server/errors";

export type TrainingRunRow = typeof trainingRuns.$inferSelect;

export const canMove = (from: TrainingRunStatus, to: TrainingRunStatus): boolean =>
  TRAINING_RUN_TRANSITIONS[from].includes(to);

/** Members train on a Datanet; on a sample anyone who is signed in does, because nobody is there to join. */
export async function requireTrainer(
  db: DatabaseOrTransaction,
  actor: Actor,
  datanet: { id: string },
): Promise<void> {
  await requireAccess(db, actor, "datanet.train", "datanet", datanet.id);
}

/** The run, locked until the transaction ends; only its builder may start, cancel or resume it. Errors: NOT_FOUND, NOT_BUILDER. */
export async function lockOwnRun(
  tx: DatabaseOrTransaction,
  actor: Actor,
  runId: string,
): Promise<TrainingRunRow> {
  const [run] = await tx.select().from(trainingRuns).where(eq(trainingRuns.id, runId)).for("update");
  if (!run) throw notFound("training run");
  await requireAccess(tx, actor, "run.change", "run", runId);
  return run;
}
