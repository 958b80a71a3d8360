import { and, eq } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { trainingRuns } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";

/**
 * The chain holds this run's commitment: the reconciler may start its baseline. Called when the transaction is
 * included and again when it is final; only the first call changes something. Returns false for a commitment that
 * is not one of ours, true otherwise. A run cancelled meanwhile stays cancelled.
 */
export async function markRunCommitted(tx: Transaction, event: { runCommit: string }): Promise<boolean> {
  const runCommit = event.runCommit.replace(/^0x/, "").toLowerCase();
  const [moved] = await tx
    .update(trainingRuns)
    .set({ status: "baseline", startedAt: new Date() })
    .where(and(eq(trainingRuns.runCommit, runCommit), eq(trainingRuns.status, "commit")))
    .returning({ id: trainingRuns.id });
  if (moved) {
    await appendAudit(tx, {
      actorId: null,
      action: "trainingRun.committed",
      subject: `trainingRun:${moved.id}`,
      data: { runCommit },
    });
    return true;
  }
  const known = await tx
    .select({ id: trainingRuns.id })
    .from(trainingRuns)
    .where(eq(trainingRuns.runCommit, runCommit));
  return known.length === 1;
}
