import { env } from "@/env";
import { type Chain, openChain } from "./client";

const globals = globalThis as { modelfactoryChain?: Chain };

/** The configured chain for the web process and the worker; the pure parts of this folder take values instead. */
export function chain(): Chain {
  globals.modelfactoryChain ??= openChain({
    ...chainTarget(),
    rpcUrl: env().CHAIN_RPC_URL,
    name: env().CHAIN_NAME,
  });
  return globals.modelfactoryChain;
}

/** What the call builders need: chain id and contract addresses. */
export function chainTarget() {
  const { CHAIN_ID, DATANET_REGISTRY, ADAPTER_REGISTRY, ACCESS_MANAGER } = env();
  return {
    chainId: CHAIN_ID,
    datanetRegistry: DATANET_REGISTRY as `0x${string}`,
    adapterRegistry: ADAPTER_REGISTRY as `0x${string}`,
    accessManager: ACCESS_MANAGER as `0x${string}`,
  };
}

export const chainContracts = () => {
  const { chainId: _, ...contracts } = chainTarget();
  return contracts;
};
