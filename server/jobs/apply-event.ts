import { and, eq, sql } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { accounts, chainTransactions, datanetMembers, datanets, trainingRuns } from "@/db/schema";
import type { ChainEvent } from "@/server/chain/events";
import { fromBytes32 } from "@/server/chain/hash";
import { markPublished } from "@/server/publication/mark-published";
import { markSnapshotFrozen } from "@/server/snapshot/mark-frozen";
import { markRunCommitted } from "@/server/training-run/mark-committed";

/**
 * What one event of ours changes in the database. Runs once when the sender's receipt shows it (`included`) and once
 * when its block is final; each change is idempotent, so a third time would do no harm.
 */
export async function applyEvent(
  tx: Transaction,
  event: ChainEvent,
  state: "included" | "final",
): Promise<void> {
  switch (event.name) {
    case "DatanetCreated":
      return registerDatanet(
        tx,
        event.args.datanetId,
        event.args.owner,
        event.args.policyHash,
        event.transactionHash,
      );
    case "ValidatorSet":
      return setValidator(tx, event.args.datanetId, event.args.account, event.args.active);
    case "BatchCommitted":
      await markSnapshotFrozen(tx, {
        datanetId: event.args.datanetId,
        batch: Number(event.args.batchNo),
        root: fromBytes32(event.args.root),
      });
      return;
    case "RunCommitted":
      return startCommittedRun(tx, fromBytes32(event.args.runCommit), event.args.committer);
    case "Published":
      return markPublished(
        tx,
        {
          tokenId: event.args.tokenId,
          creator: event.args.creator,
          artifactHash: fromBytes32(event.args.artifactHash),
          txHash: event.transactionHash,
        },
        state,
      );
    default:
      return;
  }
}

/** The owner's draft with this policy: by the transaction it told us of, else the oldest that matches. */
async function registerDatanet(
  tx: Transaction,
  chainDatanetId: bigint,
  owner: string,
  policyHash: string,
  txHash: string,
): Promise<void> {
  const known = await tx.select().from(datanets).where(eq(datanets.chainDatanetId, chainDatanetId));
  if (known.length > 0) return;
  const [told] = await tx
    .select()
    .from(chainTransactions)
    .where(eq(chainTransactions.hash, txHash.toLowerCase()));
  const [datanet] = await tx
    .select({ id: datanets.id })
    .from(datanets)
    .innerJoin(accounts, eq(accounts.id, datanets.ownerId))
    .where(
      and(
        eq(accounts.address, owner.toLowerCase()),
        eq(datanets.policyHash, fromBytes32(policyHash)),
        sql`${datanets.chainDatanetId} is null`,
      ),
    )
    .orderBy(sql`${datanets.id} = ${told?.subjectId ?? null} desc nulls last`, datanets.createdAt)
    .limit(1);
  if (!datanet) return;
  await tx.update(datanets).set({ chainDatanetId, status: "registered" }).where(eq(datanets.id, datanet.id));
}

/** Only the builder's own announcement starts a run: the registry keeps one per committer. */
async function startCommittedRun(tx: Transaction, runCommit: string, committer: string): Promise<void> {
  const [run] = await tx
    .select({ id: trainingRuns.id })
    .from(trainingRuns)
    .innerJoin(accounts, eq(accounts.id, trainingRuns.builderId))
    .where(and(eq(trainingRuns.runCommit, runCommit), eq(accounts.address, committer.toLowerCase())));
  if (run) await markRunCommitted(tx, { runCommit });
}

async function setValidator(
  tx: Transaction,
  datanetId: bigint,
  account: string,
  active: boolean,
): Promise<void> {
  const member = await tx
    .select({ datanetId: datanetMembers.datanetId, accountId: datanetMembers.accountId })
    .from(datanetMembers)
    .innerJoin(datanets, eq(datanets.id, datanetMembers.datanetId))
    .innerJoin(accounts, eq(accounts.id, datanetMembers.accountId))
    .where(and(eq(datanets.chainDatanetId, datanetId), eq(accounts.address, account.toLowerCase())));
  for (const { datanetId: id, accountId } of member) {
    await tx
      .update(datanetMembers)
      .set({ isValidatorOnChain: active })
      .where(and(eq(datanetMembers.datanetId, id), eq(datanetMembers.accountId, accountId)));
  }
}
