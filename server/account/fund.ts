import { env } from "@/env";
import { sendFaucetMoney } from "@/server/chain/faucet";
import { AppError } from "@/server/errors";
import type { SignedInContext } from "@/server/trpc";

/** Test money for a local wallet. Only the local chain has a faucet. */
export async function fundAccount(ctx: SignedInContext): Promise<{ balanceWei: bigint }> {
  const key = env().FAUCET_KEY;
  if (env().LOCAL_WALLET !== "1" || !key) {
    throw new AppError(
      "FORBIDDEN",
      "NO_FAUCET",
      "There is no faucet on this chain.",
      "Send the wallet a little of the chain's own money from elsewhere.",
    );
  }
  return { balanceWei: await sendFaucetMoney(ctx.actor.address, key as `0x${string}`) };
}
