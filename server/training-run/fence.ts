import { and, eq, sql } from "drizzle-orm";
import type { DatabaseOrTransaction, Transaction } from "@/db/client";
import { trainingRuns } from "@/db/schema";
import { canMove, type TrainingRunRow } from "./policy";
import { tellRunEnded } from "./tell-ended";

/** Someone else wrote this run since it was read: the writer must read again. */
export class Fenced extends Error {
  constructor(runId: string) {
    super(`run ${runId} was written by another worker`);
    this.name = "Fenced";
  }
}

type Changes = Partial<
  Pick<
    TrainingRunRow,
    "status" | "progress" | "problem" | "dryRun" | "artifacts" | "stageSeconds" | "finishedAt"
  >
>;

/** Writes only if the row is as it was read; throws Fenced otherwise, and on a move the transition table forbids. */
export async function writeRun(
  db: DatabaseOrTransaction,
  run: TrainingRunRow,
  changes: Changes,
): Promise<void> {
  if (changes.status && !canMove(run.status, changes.status)) {
    throw new Error(`a run does not go from ${run.status} to ${changes.status}`);
  }
  await db.transaction(async (tx) => {
    await move(tx, run, changes);
    if (changes.status) await tellRunEnded(tx, run, { ...run, ...changes });
  });
}

async function move(tx: Transaction, run: TrainingRunRow, changes: Changes): Promise<void> {
  const written = await tx
    .update(trainingRuns)
    .set({ ...changes, fence: sql`${trainingRuns.fence} + 1` })
    .where(
      and(
        eq(trainingRuns.id, run.id),
        eq(trainingRuns.fence, run.fence),
        eq(trainingRuns.status, run.status),
      ),
    )
    .returning({ id: trainingRuns.id });
  if (written.length === 0) throw new Fenced(run.id);
}
