import {
  type Address,
  createPublicClient,
  createWalletClient,
  defineChain,
  type Hex,
  http,
  type PublicClient,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import presets from "@/contracts/presets.json";
import { ChainError } from "./errors";

export type Addresses = { accessManager: Address; datanetRegistry: Address; adapterRegistry: Address };
export type ChainConfig = Addresses & { chainId: number; rpcUrl: string; name?: string };

type Preset = { name: string; currency: { name: string; symbol: string; decimals: number } };
const PRESETS: Record<number, Preset> = presets;

const TIMEOUT_MS = 10_000;

/** viem's description of a chain that we know only by id and RPC address. */
export function describeChain({ chainId, rpcUrl, name }: { chainId: number; rpcUrl: string; name?: string }) {
  return defineChain({
    id: chainId,
    name: name ?? `Chain ${chainId}`,
    nativeCurrency: PRESETS[chainId]?.currency ?? { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
}

/** Client for reads. Blocks come about twice a second at most from the local chain, so it polls at that pace. */
export function createReadClient(config: { chainId: number; rpcUrl: string; name?: string }): PublicClient {
  const chain = describeChain(config);
  const transport = http(config.rpcUrl, { timeout: TIMEOUT_MS, retryCount: 1 });
  return createPublicClient({ chain, transport, pollingInterval: 500, cacheTime: 0 });
}

export type ReadClient = PublicClient;

/** A chain with our contracts on it: what every read in this folder takes. */
export type Chain = Addresses & { chainId: number; client: ReadClient };

export function openChain(config: ChainConfig): Chain {
  const { chainId, accessManager, datanetRegistry, adapterRegistry } = config;
  return { chainId, accessManager, datanetRegistry, adapterRegistry, client: createReadClient(config) };
}

/** Client that sends transactions from a key held by the server: the deployer and the faucet, never a user. */
export function createKeyClient(config: { chainId: number; rpcUrl: string; key: Hex; name?: string }) {
  const transport = http(config.rpcUrl, { timeout: TIMEOUT_MS, retryCount: 1 });
  return createWalletClient({
    account: privateKeyToAccount(config.key),
    chain: describeChain(config),
    transport,
  });
}

/** Throws WRONG_CHAIN when the RPC answers for another chain, RPC_DOWN when it does not answer. */
export async function requireChainId(client: ReadClient, chainId: number): Promise<void> {
  const actual = await client.getChainId().catch((cause: unknown) => {
    throw new ChainError(
      "RPC_DOWN",
      "The chain does not answer.",
      "Check that its RPC address is right and the node is running.",
      {
        cause,
      },
    );
  });
  if (actual !== chainId) {
    throw new ChainError(
      "WRONG_CHAIN",
      `The RPC address belongs to chain ${actual}, but chain ${chainId} is configured.`,
      "Set CHAIN_ID and CHAIN_RPC_URL to the same chain.",
    );
  }
}
