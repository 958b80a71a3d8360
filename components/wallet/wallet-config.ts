import { connectorsForWallets, type Wallet } from "@rainbow-me/rainbowkit";
import { injectedWallet, walletConnectWallet } from "@rainbow-me/rainbowkit/wallets";
import { defineChain, http } from "viem";
import { createConfig } from "wagmi";
import type { RouterOutputs } from "../trpc/client";
import { LOCAL_CONNECTOR_ID, localConnector } from "./local-connector";

export type ChainSettings = RouterOutputs["chain"]["config"];

const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28"><rect width="28" height="28" fill="#0b5a9d"/><path d="M7 10h14v10H7zm0 0 2-3h10l2 3" fill="none" stroke="#fff" stroke-width="2"/></svg>',
)}`;

const WALLETCONNECT_UNUSED = "unused";

export function describeChain({ chainId, name, rpcUrl }: ChainSettings) {
  return defineChain({
    id: chainId,
    name,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
    testnet: chainId === 31_337,
  });
}

/**
 * EIP-6963 wallets list themselves. The local wallet is offered on the local chain, WalletConnect only with a
 * project id: without one no outside host is asked for anything.
 */
export function createWalletConfig(settings: ChainSettings) {
  const chain = describeChain(settings);
  const local = (): Wallet => ({
    id: LOCAL_CONNECTOR_ID,
    name: "Local wallet",
    iconUrl: ICON,
    iconBackground: "#0b5a9d",
    installed: true,
    createConnector: () => localConnector(chain),
  });
  const wallets = [
    ...(settings.isLocalWallet ? [local] : []),
    injectedWallet,
    ...(settings.walletConnectProjectId ? [walletConnectWallet] : []),
  ];
  const connectors = connectorsForWallets([{ groupName: "Wallets", wallets }], {
    appName: "ModelFactory",
    projectId: settings.walletConnectProjectId ?? WALLETCONNECT_UNUSED,
  });
  return createConfig({
    chains: [chain],
    connectors,
    transports: { [chain.id]: http(settings.rpcUrl, { timeout: 10_000, retryCount: 1 }) },
    pollingInterval: 1_000,
    multiInjectedProviderDiscovery: true,
  });
}
