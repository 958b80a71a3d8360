import { and, eq, type SQL, sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { adapters, chainTransactions, datanets, publications, snapshots, trainingRuns } from "@/db/schema";
import type { TransactionPurpose } from "@/db/schema/chain.constants";
import { env } from "@/env";
import { appendAudit } from "@/server/audit/append";
import { notFound } from "@/server/errors";
import { requireRate } from "@/server/rate-limit";
import type { SignedInContext } from "@/server/trpc";

/**
 * Notes that a wallet sent a transaction, so that the worker looks for it. It proves nothing: every state
 * after `submitted` comes from the chain, and a transaction nobody told us about is found by its events.
 * One that was given up as dropped is looked for again: a wallet sends the very same bytes under the same hash.
 */
export async function recordSubmitted(
  ctx: SignedInContext,
  input: { hash: string; purpose: TransactionPurpose; subjectId: string },
): Promise<void> {
  // Each hash told is one the worker asks the chain about until it is final.
  requireRate(ctx, { name: "chain.submitted", limit: 60, windowMs: 60_000 });
  const hash = input.hash.toLowerCase();
  await ctx.db.transaction(async (tx) => {
    await requireSubject(tx, ctx.actor.accountId, input.purpose, input.subjectId);
    const added = await tx
      .insert(chainTransactions)
      .values({
        hash,
        chainId: env().CHAIN_ID,
        purpose: input.purpose,
        subjectId: input.subjectId,
        accountId: ctx.actor.accountId,
      })
      .onConflictDoUpdate({
        target: chainTransactions.hash,
        set: { status: "submitted", problem: null, settledAt: null, createdAt: sql`now()` },
        setWhere: and(
          eq(chainTransactions.status, "dropped"),
          eq(chainTransactions.accountId, ctx.actor.accountId),
          eq(chainTransactions.subjectId, input.subjectId),
        ),
      })
      .returning();
    if (added.length === 0) return;
    await markSubject(tx, input.purpose, input.subjectId);
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "chain.submitted",
      subject: `${input.purpose}:${input.subjectId}`,
      data: { hash },
    });
  });
}

/** Whose wallet sends it: a Datanet's owner, a run's or an adapter's builder. Anybody else does not see the subject. */
async function requireSubject(
  tx: Transaction,
  accountId: string,
  purpose: TransactionPurpose,
  id: string,
): Promise<void> {
  const senders = {
    "datanet.create": () => ownerOf(tx, eq(datanets.id, id)),
    "datanet.grant": () => ownerOf(tx, eq(datanets.id, id)),
    "snapshot.commit": () =>
      tx
        .select({ id: datanets.ownerId })
        .from(snapshots)
        .innerJoin(datanets, eq(datanets.id, snapshots.datanetId))
        .where(eq(snapshots.id, id)),
    "run.commit": () =>
      tx.select({ id: trainingRuns.builderId }).from(trainingRuns).where(eq(trainingRuns.id, id)),
    "adapter.publish": () =>
      tx
        .select({ id: adapters.builderId })
        .from(publications)
        .innerJoin(adapters, eq(adapters.id, publications.adapterId))
        .where(eq(publications.id, id)),
  } satisfies Record<TransactionPurpose, () => PromiseLike<{ id: string }[]>>;
  const [sender] = await senders[purpose]();
  if (sender?.id !== accountId) throw notFound("subject of this transaction");
}

const ownerOf = (tx: Transaction, where: SQL) =>
  tx.select({ id: datanets.ownerId }).from(datanets).where(where);

/** The subject shows that it waits for the chain. Moves forward only, never over a state the chain has set. */
async function markSubject(tx: Transaction, purpose: TransactionPurpose, id: string): Promise<void> {
  if (purpose === "datanet.create") {
    await tx
      .update(datanets)
      .set({ status: "registering" })
      .where(and(eq(datanets.id, id), eq(datanets.status, "draft")));
  }
  if (purpose === "snapshot.commit") {
    await tx
      .update(snapshots)
      .set({ status: "committing" })
      .where(and(eq(snapshots.id, id), eq(snapshots.status, "commit")));
  }
  if (purpose === "adapter.publish") {
    await tx
      .update(publications)
      .set({ status: "submitted" })
      .where(and(eq(publications.id, id), eq(publications.status, "ready")));
  }
}
