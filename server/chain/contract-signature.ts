import { AppError } from "@/server/errors";
import { chain } from "./context";

/** ERC-1271 (and 6492) through one bounded eth_call on our chain; an address without code is simply not valid. */
export async function isValidContractSignature(
  address: `0x${string}`,
  text: string,
  signature: `0x${string}`,
): Promise<boolean> {
  try {
    return await chain().client.verifyMessage({ address, message: text, signature });
  } catch (error) {
    throw new AppError(
      "UNAVAILABLE",
      "CHAIN_UNAVAILABLE",
      "The chain did not answer, so this contract wallet's signature could not be checked.",
      "Try again in a few seconds.",
      String(error),
    );
  }
}
