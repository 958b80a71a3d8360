import { and, desc, eq, or, sql } from "drizzle-orm";
import { chainTransactions } from "@/db/schema";
import { env } from "@/env";
import { isReadableDatanet, isReadableRun } from "@/server/access/visible";
import { askerId, type Context } from "@/server/context";
import { chainTarget } from "./context";

/** What a browser needs to talk to the chain itself. */
export function getChainConfig() {
  const config = env();
  return {
    chainId: config.CHAIN_ID,
    name: config.CHAIN_NAME,
    rpcUrl: config.CHAIN_PUBLIC_RPC_URL ?? config.CHAIN_RPC_URL,
    isLocalWallet: config.LOCAL_WALLET === "1",
    walletConnectProjectId: config.WALLETCONNECT_PROJECT_ID ?? null,
    contracts: chainTarget(),
  };
}

/** More speed-ups than anyone presses. */
const MOST_REPLACEMENTS = 20;

/**
 * The last known state of a transaction: null when nobody told us about it. One that was sped up is answered by the
 * one that took its place, so `hash` may be another than was asked for.
 */
export async function getTransaction(ctx: Context, hash: string) {
  let row = await findTransaction(ctx, hash);
  for (let i = 0; row?.status === "replaced" && row.replacedBy && i < MOST_REPLACEMENTS; i += 1) {
    const next = await findTransaction(ctx, row.replacedBy);
    if (next?.subjectId !== row.subjectId || next.callHash !== row.callHash) break;
    row = next;
  }
  return row ?? null;
}

async function findTransaction(ctx: Context, hash: string) {
  const [row] = await ctx.db
    .select()
    .from(chainTransactions)
    .where(and(eq(chainTransactions.hash, hash.toLowerCase()), isOfReadable(ctx)));
  return row;
}

export function listTransactionsOf(ctx: Context, subjectId: string) {
  return ctx.db
    .select()
    .from(chainTransactions)
    .where(and(eq(chainTransactions.subjectId, subjectId), isOfReadable(ctx)))
    .orderBy(desc(chainTransactions.createdAt));
}

/** Sent by the asker, or about something that they may read: what is about a private Datanet names it by its id. */
function isOfReadable({ actor }: Context) {
  const subject = sql`"chain_transactions"."subject_id"`;
  const datanet = sql`(select d.id from datanets d where d.id = ${subject}
    union all select s.datanet_id from snapshots s where s.id = ${subject})`;
  return or(
    eq(chainTransactions.accountId, askerId({ actor })),
    sql`(${isReadableRun(actor, subject)} and (${datanet} is null or ${isReadableDatanet(actor, datanet)}))`,
  );
}
