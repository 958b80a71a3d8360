import { and, eq, inArray } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { chainCursors, chainEvents, chainTransactions, datanets, publications, snapshots } from "@/db/schema";
import type { Chain } from "@/server/chain/client";
import { type ChainEvent, readEvents, readHead, toJsonArgs } from "@/server/chain/events";
import { readTransaction, type TransactionState } from "@/server/chain/receipt";
import { applyEvent } from "./apply-event";
import type { WorkerDeps } from "./worker-deps";

const BLOCKS_PER_STEP = 2_000n;

/** Looks at every unsettled transaction, then indexes the newly final blocks. Safe to run at any time, any number of times. */
export async function syncChain(deps: WorkerDeps, chain: Chain): Promise<void> {
  const open = await deps.db
    .select()
    .from(chainTransactions)
    .where(inArray(chainTransactions.status, ["submitted", "included"]));
  for (const transaction of open) {
    const state = await readTransaction(
      chain,
      transaction.hash as `0x${string}`,
      transaction.nonce === null ? undefined : await senderOf(deps, transaction),
    );
    await deps.db.transaction((tx) => settle(tx, transaction, state, deps.env.CHAIN_DROPPED_AFTER_MS));
  }
  await indexFinalBlocks(deps, chain);
}

type Row = typeof chainTransactions.$inferSelect;

async function senderOf(deps: WorkerDeps, { accountId, nonce }: Row) {
  const account = await deps.db.query.accounts.findFirst({ where: (t, { eq }) => eq(t.id, accountId) });
  return { from: account!.address as `0x${string}`, nonce: nonce! };
}

async function settle(
  tx: Transaction,
  row: Row,
  state: TransactionState,
  droppedAfterMs: number,
): Promise<void> {
  const update = (set: Partial<Row>) =>
    tx.update(chainTransactions).set(set).where(eq(chainTransactions.hash, row.hash));
  switch (state.status) {
    case "included":
    case "final": {
      for (const event of state.events) await applyEvent(tx, event, state.status);
      const settledAt = state.status === "final" ? new Date() : null;
      await update({
        status: state.status,
        nonce: state.nonce,
        blockNumber: Number(state.blockNumber),
        settledAt,
      });
      return;
    }
    case "reverted":
      await update({
        status: "reverted",
        problem: `${state.error.message} ${state.error.fix}`,
        blockNumber: Number(state.blockNumber),
        settledAt: new Date(),
      });
      return release(tx, row);
    case "replaced": {
      const replacedBy = state.by?.hash.toLowerCase() ?? null;
      if (replacedBy && state.by?.callHash === row.callHash) {
        await update({ status: "replaced", replacedBy, settledAt: new Date() });
        return follow(tx, row, replacedBy);
      }
      await update({
        status: "replaced",
        replacedBy,
        problem: "Your wallet sent another transaction in its place, and that one did something else.",
        settledAt: new Date(),
      });
      return release(tx, row);
    }
    case "pending":
      if (row.nonce === null || row.status === "included")
        await update({ nonce: state.nonce, callHash: state.callHash, status: "submitted" });
      return;
    case "unknown":
      if (Date.now() - row.createdAt.getTime() < droppedAfterMs) return;
      await update({
        status: "dropped",
        problem: "No node of the chain knows this transaction any more. It was dropped; send it again.",
        settledAt: new Date(),
      });
      return release(tx, row);
  }
}

/** Sped up in the wallet: the same call under another hash. The subject waits for that one, as if it had been told. */
async function follow(tx: Transaction, row: Row, hash: string): Promise<void> {
  const { chainId, purpose, subjectId, accountId, nonce, callHash } = row;
  await tx
    .insert(chainTransactions)
    .values({ hash, chainId, purpose, subjectId, accountId, nonce, callHash })
    .onConflictDoNothing();
}

/** The subject no longer waits for this transaction: its page offers to send it again, everything kept. */
async function release(tx: Transaction, { purpose, subjectId }: Row): Promise<void> {
  if (purpose === "datanet.create") {
    const [datanet] = await tx.select().from(datanets).where(eq(datanets.id, subjectId));
    if (datanet?.status === "registering") {
      await tx.update(datanets).set({ status: "draft" }).where(eq(datanets.id, subjectId));
    }
  }
  if (purpose === "snapshot.commit") {
    const [snapshot] = await tx.select().from(snapshots).where(eq(snapshots.id, subjectId));
    if (snapshot?.status === "committing") {
      await tx.update(snapshots).set({ status: "commit" }).where(eq(snapshots.id, subjectId));
    }
  }
  if (purpose === "adapter.publish") {
    const [publication] = await tx.select().from(publications).where(eq(publications.id, subjectId));
    if (publication?.status === "submitted" || publication?.status === "included") {
      await tx.update(publications).set({ status: "ready" }).where(eq(publications.id, subjectId));
    }
  }
}

/** A transaction that was given up as dropped, and came into a block after all. */
async function settleLate(tx: Transaction, events: ChainEvent[]): Promise<void> {
  const hashes = [...new Set(events.map((event) => event.transactionHash.toLowerCase()))];
  if (hashes.length === 0) return;
  await tx
    .update(chainTransactions)
    .set({ status: "final", problem: null, settledAt: new Date() })
    .where(and(inArray(chainTransactions.hash, hashes), eq(chainTransactions.status, "dropped")));
}

/** Cursor and rows move in one transaction, so a crash leaves no gap and no duplicate. */
async function indexFinalBlocks(deps: WorkerDeps, chain: Chain): Promise<void> {
  const head = await readHead(chain);
  const cursor = await deps.db.query.chainCursors.findFirst({
    where: (t, { eq }) => eq(t.chainId, chain.chainId),
  });
  if (cursor && cursor.genesisHash !== head.genesisHash) {
    throw new Error(
      `The chain at the RPC address is another one than this database follows (genesis ${head.genesisHash}). Restore the chain's data, or start with a new data folder.`,
    );
  }
  const fromBlock = BigInt(cursor?.blockNumber ?? -1) + 1n;
  if (fromBlock > head.finalized.number) return;
  const last = fromBlock + BLOCKS_PER_STEP - 1n;
  const toBlock = last < head.finalized.number ? last : head.finalized.number;
  const events = await readEvents(chain, { fromBlock, toBlock });
  await deps.db.transaction(async (tx) => {
    for (const event of events) {
      await tx
        .insert(chainEvents)
        .values({
          chainId: chain.chainId,
          txHash: event.transactionHash,
          logIndex: event.logIndex,
          contract: event.contract.toLowerCase(),
          name: event.name,
          args: toJsonArgs(event.args),
          blockNumber: Number(event.blockNumber),
          blockHash: event.blockHash,
        })
        .onConflictDoNothing();
      await applyEvent(tx, event, "final");
    }
    await settleLate(tx, events);
    const set = { blockNumber: Number(toBlock), blockHash: head.finalized.hash };
    await tx
      .insert(chainCursors)
      .values({ chainId: chain.chainId, genesisHash: head.genesisHash, ...set })
      .onConflictDoUpdate({ target: chainCursors.chainId, set });
  });
}
