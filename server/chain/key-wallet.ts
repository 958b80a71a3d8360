import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { env } from "@/env";
import type { PreparedCall } from "./calls";
import { createKeyClient } from "./client";
import { chain } from "./context";
import type { batchApproval } from "./typed-data";

/** A wallet the server itself holds: only the sample accounts of a local chain have one. */
export const newKey = (): `0x${string}` => generatePrivateKey();

/** Lower-case, as the database keeps addresses. */
export const addressOf = (key: `0x${string}`) =>
  privateKeyToAccount(key).address.toLowerCase() as `0x${string}`;

/** Simulates and sends; answers with the hash once the node has taken the transaction, not when it is included. */
export async function sendCall(key: `0x${string}`, call: PreparedCall): Promise<`0x${string}`> {
  const { client, chainId } = chain();
  const wallet = createKeyClient({ chainId, rpcUrl: env().CHAIN_RPC_URL, key });
  const { to, data } = call;
  await client.call({ account: wallet.account.address, to, data });
  return wallet.sendTransaction({ to, data });
}

export const signApproval = (key: `0x${string}`, message: ReturnType<typeof batchApproval>) =>
  privateKeyToAccount(key).signTypedData(message);
