import { createPublicClient, defineChain, http, type PublicClient } from "viem";
import { env } from "@/env";

const RPC_TIMEOUT_MS = 3_000;
const globals = globalThis as { modelfactoryChain?: PublicClient };

/** The configured chain for the web process and the worker; the pure parts of this folder take values instead. */
export function chainClient(): PublicClient {
  const { CHAIN_ID, CHAIN_NAME, CHAIN_RPC_URL } = env();
  globals.modelfactoryChain ??= createPublicClient({
    chain: defineChain({
      id: CHAIN_ID,
      name: CHAIN_NAME,
      nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
      rpcUrls: { default: { http: [CHAIN_RPC_URL] } },
    }),
    transport: http(CHAIN_RPC_URL, { timeout: RPC_TIMEOUT_MS, retryCount: 1 }),
    pollingInterval: 500,
  });
  return globals.modelfactoryChain;
}

export function chainContracts() {
  const { DATANET_REGISTRY, ADAPTER_REGISTRY, ACCESS_MANAGER } = env();
  return {
    datanetRegistry: DATANET_REGISTRY as `0x${string}`,
    adapterRegistry: ADAPTER_REGISTRY as `0x${string}`,
    accessManager: ACCESS_MANAGER as `0x${string}`,
  };
}
