import { connectorsForWallets, type WalletList } from "@rainbow-me/rainbowkit";
import { injectedWallet, walletConnectWallet } from "@rainbow-me/rainbowkit/wallets";
import { defineChain, http } from "viem";
import { createConfig } from "wagmi";
import type { RouterOutputs } from "../trpc/client";
import { localConnector } from "./local-connector";
import { patientConnector } from "./patient-connector";

type CreateWalletFn = WalletList[number]["wallets"][number];
export type ChainSettings = RouterOutputs["chain"]["config"];

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

const phoneWallet: CreateWalletFn = (options) => {
  const wallet = walletConnectWallet(options);
  return { ...wallet, createConnector: (details) => patientConnector(wallet.createConnector(details)) };
};

/**
 * EIP-6963 wallets list themselves in RainbowKit's window; WalletConnect joins them only with a project id, so
 * without one no outside host is asked for anything. The local wallet has a place of its own on the sign-in page.
 */
export function createWalletConfig(settings: ChainSettings) {
  const chain = describeChain(settings);
  const oldStyleWallet = () => ({ ...injectedWallet(), hidden: () => !("ethereum" in window) });
  const wallets = [oldStyleWallet, ...(settings.walletConnectProjectId ? [phoneWallet] : [])];
  const connectors = connectorsForWallets([{ groupName: "Wallets", wallets }], {
    appName: "ModelFactory",
    projectId: settings.walletConnectProjectId ?? WALLETCONNECT_UNUSED,
  });
  return createConfig({
    chains: [chain],
    connectors: settings.isLocalWallet ? [localConnector(chain), ...connectors] : connectors,
    transports: { [chain.id]: http(settings.rpcUrl, { timeout: 10_000, retryCount: 1 }) },
    pollingInterval: 1_000,
    multiInjectedProviderDiscovery: true,
  });
}
