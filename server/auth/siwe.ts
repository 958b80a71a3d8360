import { getAddress, isAddress, recoverMessageAddress } from "viem";
import { createSiweMessage, parseSiweMessage, type SiweMessage } from "viem/siwe";
import { AppError } from "@/server/errors";

export const SIWE_STATEMENT = "Sign in to ModelFactory. This costs nothing and sends no transaction.";
const MAX_AGE_MS = 10 * 60_000;
const CLOCK_SKEW_MS = 60_000;
/** Half the order of secp256k1: a signature with a larger s is a second form of the same one. */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

export type SiweExpectation = {
  domain: string;
  uri: string;
  chainId: number;
  /** What the message must say; a sign-in unless told otherwise. */
  statement?: string;
  now?: Date;
};

const refuse = (code: string, message: string) =>
  new AppError("UNAUTHORIZED", code, message, "Go back to the sign-in page and sign a fresh message.");

/**
 * ERC-4361, stricter than viem's validator: everything is checked and the parsed message must serialise back
 * to the very bytes that were signed, so nothing the parser skipped can ride along.
 * @throws AppError SIWE_FORMAT, SIWE_DOMAIN, SIWE_URI, SIWE_CHAIN, SIWE_VERSION, SIWE_TIME or SIWE_SIGNATURE.
 */
export function checkSiweMessage(text: string, expected: SiweExpectation): SiweMessage {
  if (text.length > 2_000) throw refuse("SIWE_FORMAT", "The sign-in message is too long.");
  const parsed = parseSiweMessage(text) as Partial<SiweMessage>;
  if (
    !parsed.address ||
    !isAddress(parsed.address, { strict: true }) ||
    getAddress(parsed.address) !== parsed.address
  ) {
    throw refuse("SIWE_FORMAT", "The sign-in message names no valid checksummed address.");
  }
  if (parsed.scheme !== undefined || parsed.domain !== expected.domain) {
    throw refuse("SIWE_DOMAIN", "The sign-in message is for another site.");
  }
  if (parsed.uri !== expected.uri) throw refuse("SIWE_URI", "The sign-in message is for another page.");
  if (parsed.chainId !== expected.chainId)
    throw refuse("SIWE_CHAIN", "The sign-in message is for another chain.");
  if (parsed.version !== "1") throw refuse("SIWE_VERSION", "The sign-in message has an unknown version.");
  if (!/^[0-9a-f]{32}$/.test(parsed.nonce ?? ""))
    throw refuse("SIWE_NONCE", "The sign-in message has no valid nonce.");
  if (parsed.statement !== (expected.statement ?? SIWE_STATEMENT) || parsed.resources || parsed.requestId) {
    throw refuse("SIWE_FORMAT", "The sign-in message says something else than it should.");
  }
  checkTimes(parsed, (expected.now ?? new Date()).getTime());
  if (createSiweMessage(parsed as SiweMessage) !== text) {
    throw refuse("SIWE_FORMAT", "The sign-in message is not in its one allowed form.");
  }
  return parsed as SiweMessage;
}

function checkTimes(message: Partial<SiweMessage>, now: number): void {
  const issued = message.issuedAt?.getTime() ?? Number.NaN;
  const expires = message.expirationTime?.getTime() ?? Number.NaN;
  const notBefore = message.notBefore?.getTime();
  const isFresh = issued <= now + CLOCK_SKEW_MS && issued > now - MAX_AGE_MS;
  const isOpen = expires > now && expires <= issued + MAX_AGE_MS;
  const hasBegun = notBefore === undefined || notBefore <= now;
  if (!(isFresh && isOpen && hasBegun)) {
    throw refuse("SIWE_TIME", "The sign-in message is too old, not valid yet, or has no end.");
  }
}

/**
 * Recovers an externally owned account first, which needs no chain; a contract account (ERC-1271) is asked through
 * `isValidContractSignature`, bounded by the caller.
 */
export async function checkSiweSignature(
  text: string,
  address: `0x${string}`,
  signature: string,
  isValidContractSignature: (
    address: `0x${string}`,
    text: string,
    signature: `0x${string}`,
  ) => Promise<boolean>,
): Promise<void> {
  const wrong = refuse("SIWE_SIGNATURE", "The signature does not belong to this message and address.");
  if (!/^0x([0-9a-fA-F]{2})+$/.test(signature) || signature.length > 2 + 8192 * 2) throw wrong;
  const hex = signature as `0x${string}`;
  if (hex.length === 132 && BigInt(`0x${hex.slice(66, 130)}`) <= HALF_ORDER) {
    const recovered = await recoverMessageAddress({ message: text, signature: hex }).catch(() => null);
    if (recovered === address) return;
  }
  if (hex.length > 132 && (await isValidContractSignature(address, text, hex))) return;
  throw wrong;
}
