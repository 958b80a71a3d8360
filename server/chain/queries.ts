import { desc, eq } from "drizzle-orm";
import { chainTransactions } from "@/db/schema";
import { env } from "@/env";
import type { Context } from "@/server/context";
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

/** The last known state of a transaction: null when nobody told us about it. */
export async function getTransaction(ctx: Context, hash: string) {
  const [row] = await ctx.db
    .select()
    .from(chainTransactions)
    .where(eq(chainTransactions.hash, hash.toLowerCase()));
  return row ?? null;
}

export function listTransactionsOf(ctx: Context, subjectId: string) {
  return ctx.db
    .select()
    .from(chainTransactions)
    .where(eq(chainTransactions.subjectId, subjectId))
    .orderBy(desc(chainTransactions.createdAt));
}
