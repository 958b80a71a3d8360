import {
  type Address,
  getAddress,
  type Hex,
  type Log,
  type ParseEventLogsReturnType,
  parseEventLogs,
} from "viem";
import { adapterRegistryAbi, datanetRegistryAbi } from "@/contracts/generated/abi";
import type { Chain } from "./client";

const registryAbi = [...datanetRegistryAbi, ...adapterRegistryAbi] as const;

/** RPC providers refuse wider ranges; a local chain does not care. */
const BLOCKS_PER_REQUEST = 2_000n;

type Decoded = ParseEventLogsReturnType<typeof registryAbi, undefined, true>[number];
type Described<T> = T extends { eventName: infer Name; args: infer Args }
  ? {
      name: Name;
      args: Args;
      /** Checksummed. */
      contract: Address;
      blockNumber: bigint;
      blockHash: Hex;
      transactionHash: Hex;
      logIndex: number;
    }
  : never;

/** One event of a registry. Narrow by `name`: `if (event.name === "BatchCommitted") event.args.batchNo`. */
export type ChainEvent = Described<Decoded>;
export type ChainEventName = ChainEvent["name"];

/**
 * Events of both registries in the inclusive block range, in the order they happened: by block, then log index.
 * Asks for at most 2,000 blocks at a time. Throws what viem throws when the RPC fails; nothing is returned then.
 */
export async function readEvents(
  chain: Chain,
  range: { fromBlock: bigint; toBlock: bigint },
  blocksPerRequest = BLOCKS_PER_REQUEST,
): Promise<ChainEvent[]> {
  const found: ChainEvent[] = [];
  for (let from = range.fromBlock; from <= range.toBlock; from += blocksPerRequest) {
    const end = from + blocksPerRequest - 1n;
    const logs = await chain.client.getLogs({
      address: [chain.datanetRegistry, chain.adapterRegistry],
      fromBlock: from,
      toBlock: end < range.toBlock ? end : range.toBlock,
    });
    found.push(...decodeLogs(chain, logs));
  }
  return found;
}

/** The registries' events among the logs of a receipt, in order. Logs of other contracts are left out. */
export function decodeLogs(
  chain: Pick<Chain, "datanetRegistry" | "adapterRegistry">,
  logs: Log[],
): ChainEvent[] {
  const ours = new Set([chain.datanetRegistry.toLowerCase(), chain.adapterRegistry.toLowerCase()]);
  const own = logs.filter((log) => ours.has(log.address.toLowerCase()) && log.blockNumber !== null);
  return parseEventLogs({ abi: registryAbi, logs: own })
    .map(describe)
    .sort((a, b) => Number(a.blockNumber - b.blockNumber) || a.logIndex - b.logIndex);
}

function describe(log: Decoded): ChainEvent {
  return {
    name: log.eventName,
    args: log.args,
    contract: getAddress(log.address),
    blockNumber: log.blockNumber,
    blockHash: log.blockHash,
    transactionHash: log.transactionHash,
    logIndex: log.logIndex,
  } as ChainEvent;
}

/** Event arguments as JSON: whole numbers past 32 bits arrive as bigint and become decimal strings. */
export function toJsonArgs(args: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, toJson(value)]));
}

function toJson(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === "object" && value !== null) return toJsonArgs(value);
  return value;
}

/** What event sync needs to know of the chain: the newest final block, and block 0 to notice a new chain. */
export async function readHead(chain: Pick<Chain, "client">): Promise<{
  genesisHash: Hex;
  latest: { number: bigint; hash: Hex };
  finalized: { number: bigint; hash: Hex };
}> {
  const [genesis, latest, finalized] = await Promise.all([
    chain.client.getBlock({ blockNumber: 0n }),
    chain.client.getBlock({ blockTag: "latest" }),
    chain.client.getBlock({ blockTag: "finalized" }),
  ]);
  return {
    genesisHash: genesis.hash,
    latest: { number: latest.number, hash: latest.hash },
    finalized: { number: finalized.number, hash: finalized.hash },
  };
}
