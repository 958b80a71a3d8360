import {
  type Address,
  getAddress,
  type Hex,
  keccak256,
  type Transaction,
  TransactionNotFoundError,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
} from "viem";
import type { Chain, ReadClient } from "./client";
import { type Explanation, explainChainError } from "./errors";
import { type ChainEvent, decodeLogs } from "./events";

type Included = { blockNumber: bigint; blockHash: Hex };

export type TransactionState =
  /** The node knows nothing of it: never arrived, or dropped. The caller decides when to stop waiting. */
  | { status: "unknown" }
  | { status: "pending"; from: Address; nonce: number; callHash: Hex }
  | ({ status: "included" | "final"; from: Address; nonce: number; events: ChainEvent[] } & Included)
  /** It cost its fee and changed nothing. `isFinal` tells whether a reorganisation may still undo that. */
  | ({ status: "reverted"; from: Address; nonce: number; isFinal: boolean; error: Explanation } & Included)
  /** Another transaction of the same account used the nonce; `by` is null when it could not be found. */
  | { status: "replaced"; by: Call | null };

/** `callHash` is equal for two transactions that ask the same of the same contract, whatever fee they offer. */
type Call = { hash: Hex; callHash: Hex };

const callHashOf = ({ to, input }: Pick<Transaction, "to" | "input">): Hex =>
  keccak256(`0x${(to ?? "0x").slice(2).toLowerCase()}${input.slice(2)}`);

/**
 * What the chain says about a transaction now. `sender` (account, nonce and the block from which to look) lets a
 * replaced transaction be told from an unknown one. Throws what viem throws when the RPC fails.
 */
export async function readTransaction(
  chain: Chain,
  hash: Hex,
  sender?: { from: Address; nonce: number; sinceBlock?: bigint },
): Promise<TransactionState> {
  const { client } = chain;
  const receipt = await ignore(TransactionReceiptNotFoundError, client.getTransactionReceipt({ hash }));
  const transaction = await ignore(TransactionNotFoundError, client.getTransaction({ hash }));
  if (receipt && transaction) return settled(chain, receipt, transaction);

  const from = transaction?.from ?? sender?.from;
  const nonce = transaction?.nonce ?? sender?.nonce;
  if (from !== undefined && nonce !== undefined) {
    const used = await client.getTransactionCount({ address: from, blockTag: "latest" });
    if (used > nonce)
      return afterNonceUse(chain, hash, { from, nonce, sinceBlock: sender?.sinceBlock ?? 0n });
  }
  if (!transaction) return { status: "unknown" };
  return {
    status: "pending",
    from: getAddress(transaction.from),
    nonce: transaction.nonce,
    callHash: callHashOf(transaction),
  };
}

async function settled(
  chain: Chain,
  receipt: TransactionReceipt,
  transaction: Transaction,
): Promise<TransactionState> {
  const finalized = await chain.client.getBlock({ blockTag: "finalized" });
  const isFinal = receipt.blockNumber <= finalized.number;
  const { blockNumber, blockHash } = receipt;
  const base = { from: getAddress(transaction.from), nonce: transaction.nonce, blockNumber, blockHash };
  if (receipt.status === "success") {
    return { status: isFinal ? "final" : "included", ...base, events: decodeLogs(chain, receipt.logs) };
  }
  return {
    status: "reverted",
    ...base,
    isFinal,
    error: await revertReason(chain.client, receipt, transaction),
  };
}

/** Chains keep no revert data, so the call is repeated on the state before its block. */
async function revertReason(
  client: ReadClient,
  receipt: TransactionReceipt,
  transaction: Transaction,
): Promise<Explanation> {
  if (receipt.gasUsed >= transaction.gas) {
    return {
      code: "OUT_OF_GAS",
      message: "The transaction ran out of gas.",
      fix: "Send it again and leave the gas limit as the wallet proposes it.",
    };
  }
  try {
    await client.call({
      account: transaction.from,
      to: transaction.to,
      data: transaction.input,
      value: transaction.value,
      blockNumber: receipt.blockNumber - 1n,
    });
  } catch (error) {
    return explainChainError(error);
  }
  return {
    code: "REVERTED",
    message:
      "The contract refused the transaction, and would accept it on its own: something came in between.",
    fix: "Reload the page to see the current state, then try again.",
  };
}

/** The nonce was used up between two looks by this very transaction, or by another one: find out which. */
async function afterNonceUse(
  chain: Chain,
  hash: Hex,
  sender: { from: Address; nonce: number; sinceBlock: bigint },
): Promise<TransactionState> {
  const by = await findByNonce(chain.client, sender);
  if (by?.hash.toLowerCase() === hash.toLowerCase()) return readTransaction(chain, hash);
  return { status: "replaced", by };
}

/** Blocks looked through from the newest back: we look every second, so the one that used the nonce is among them. */
const RECENT_BLOCKS = 64n;

/** The transaction that used the nonce; null when it is not found, or the node no longer has the states to find it by. */
async function findByNonce(
  client: ReadClient,
  { from, nonce, sinceBlock }: { from: Address; nonce: number; sinceBlock: bigint },
): Promise<Call | null> {
  const inBlock = async (blockNumber: bigint): Promise<Call | null> => {
    const block = await client.getBlock({ blockNumber, includeTransactions: true });
    const found = block.transactions.find(
      (transaction) => transaction.from.toLowerCase() === from.toLowerCase() && transaction.nonce === nonce,
    );
    return found ? { hash: found.hash, callHash: callHashOf(found) } : null;
  };
  try {
    let high = await client.getBlockNumber();
    // Blocks are kept for ever; states are not, by pruning nodes and by a local one that was started again.
    for (let looked = 0n; looked < RECENT_BLOCKS && high >= sinceBlock; looked += 1n, high -= 1n) {
      const found = await inBlock(high);
      if (found) return found;
    }
    let low = sinceBlock;
    while (low < high) {
      const middle = (low + high) / 2n;
      const used = await client.getTransactionCount({ address: from, blockNumber: middle });
      if (used > nonce) high = middle;
      else low = middle + 1n;
    }
    return low >= sinceBlock && low <= high ? await inBlock(low) : null;
  } catch {
    return null;
  }
}

async function ignore<T>(kind: new (...args: never[]) => Error, promise: Promise<T>): Promise<T | null> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof kind) return null;
    throw error;
  }
}
