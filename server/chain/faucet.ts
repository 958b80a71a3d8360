import { parseEther } from "viem";
import { env } from "@/env";
import { AppError } from "@/server/errors";
import { createKeyClient } from "./client";
import { chain } from "./context";

const ENOUGH_WEI = parseEther("1");
const GIFT_WEI = parseEther("10");

/** Tops an address up to at least one ether of test money; an address that has enough gets nothing more. */
export async function sendFaucetMoney(to: `0x${string}`, faucetKey: `0x${string}`): Promise<bigint> {
  const { client, chainId } = chain();
  try {
    const balance = await client.getBalance({ address: to });
    if (balance >= ENOUGH_WEI) return balance;
    const wallet = createKeyClient({ chainId, rpcUrl: env().CHAIN_RPC_URL, key: faucetKey });
    const hash = await wallet.sendTransaction({ to, value: GIFT_WEI });
    await client.waitForTransactionReceipt({ hash, timeout: 15_000 });
    return await client.getBalance({ address: to });
  } catch (error) {
    throw new AppError(
      "UNAVAILABLE",
      "CHAIN_UNAVAILABLE",
      "The local chain did not answer, so no test money was sent.",
      "Try again in a few seconds.",
      String(error),
    );
  }
}
