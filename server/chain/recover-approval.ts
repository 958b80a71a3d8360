import { parseSignature, recoverTypedDataAddress, serializeSignature } from "viem";
import type { batchApproval, reviewBatch } from "./typed-data";

const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

/**
 * The lower-case address that signed an approval, with the signature in the one form the contract accepts (v 27 or
 * 28). Null for bytes that are no signature and for the malleable high-s form, which the contract would refuse.
 */
export function recoverApproval(approval: ReturnType<typeof batchApproval>, signature: `0x${string}`) {
  return recover(signature, () => recoverTypedDataAddress({ ...approval, signature }));
}

/** The same for the signature over a sitting's decisions. */
export function recoverSitting(sitting: ReturnType<typeof reviewBatch>, signature: `0x${string}`) {
  return recover(signature, () => recoverTypedDataAddress({ ...sitting, signature }));
}

async function recover(
  signature: `0x${string}`,
  recoverAddress: () => Promise<string>,
): Promise<{ address: string; signature: `0x${string}` } | null> {
  try {
    const parsed = parseSignature(signature);
    if (BigInt(parsed.s) > HALF_ORDER) return null;
    const address = await recoverAddress();
    return { address: address.toLowerCase(), signature: serializeSignature(parsed) };
  } catch {
    return null;
  }
}
