import { and, eq, inArray } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { chainTransactions, datanets, publications, snapshots, trainingRuns } from "@/db/schema";
import type { TransactionPurpose } from "@/db/schema/chain.constants";
import { env } from "@/env";
import { appendAudit } from "@/server/audit/append";
import { notFound } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";

/**
 * Notes that a wallet sent a transaction, so that the worker looks for it. It proves nothing: every state
 * after `submitted` comes from the chain, and a transaction nobody told us about is found by its events.
 */
export async function recordSubmitted(
  ctx: SignedInContext,
  input: { hash: string; purpose: TransactionPurpose; subjectId: string },
): Promise<void> {
  const hash = input.hash.toLowerCase();
  await ctx.db.transaction(async (tx) => {
    const exists = await markSubject(tx, input.purpose, input.subjectId);
    if (!exists) throw notFound("subject of this transaction");
    const added = await tx
      .insert(chainTransactions)
      .values({
        hash,
        chainId: env().CHAIN_ID,
        purpose: input.purpose,
        subjectId: input.subjectId,
        accountId: ctx.actor.accountId,
      })
      .onConflictDoNothing()
      .returning();
    if (added.length === 0) return;
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "chain.submitted",
      subject: `${input.purpose}:${input.subjectId}`,
      data: { hash },
    });
  });
}

/** The subject shows that it waits for the chain. Moves forward only, never over a state the chain has set. */
async function markSubject(tx: Transaction, purpose: TransactionPurpose, id: string): Promise<boolean> {
  switch (purpose) {
    case "datanet.create":
      await tx
        .update(datanets)
        .set({ status: "registering" })
        .where(and(eq(datanets.id, id), eq(datanets.status, "draft")));
      return exists(tx, datanets, id);
    case "datanet.grant":
      return exists(tx, datanets, id);
    case "snapshot.commit":
      await tx
        .update(snapshots)
        .set({ status: "committing" })
        .where(and(eq(snapshots.id, id), eq(snapshots.status, "commit")));
      return exists(tx, snapshots, id);
    case "run.commit":
      return exists(tx, trainingRuns, id);
    case "adapter.publish":
      await tx
        .update(publications)
        .set({ status: "submitted" })
        .where(and(eq(publications.id, id), inArray(publications.status, ["ready"])));
      return exists(tx, publications, id);
  }
}

async function exists(
  tx: Transaction,
  table: typeof datanets | typeof snapshots | typeof trainingRuns | typeof publications,
  id: string,
): Promise<boolean> {
  const rows = await tx.select({ id: table.id }).from(table).where(eq(table.id, id));
  return rows.length === 1;
}
