"use client";
import "@rainbow-me/rainbowkit/styles.css";
import { RainbowKitProvider } from "@rainbow-me/rainbowkit";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { WagmiProvider } from "wagmi";
import { ErrorCallout } from "../common/error-callout";
import { useTRPC } from "../trpc/client";
import { Skeleton } from "../ui/skeleton";
import { type ChainSettings, createWalletConfig } from "./wallet-config";
import { walletTheme } from "./wallet-theme";

/** Asks the server which chain this is, then offers its wallets to everything inside. */
export function WalletProvider({ children }: { children: ReactNode }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.chain.config.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY }),
  );
  if (data) return <ConfiguredWallets settings={data}>{children}</ConfiguredWallets>;
  if (error) return <ErrorCallout error={error} onRetry={refetch} />;
  return (
    <div role="status" aria-label="Loading" className="grid gap-4">
      <Skeleton className="h-9 w-64" />
      <Skeleton className="h-40" />
    </div>
  );
}

const theme = walletTheme();
const APP_INFO = { appName: "ModelFactory", learnMoreUrl: "https://ethereum.org/wallets/" };

function ConfiguredWallets({ settings, children }: { settings: ChainSettings; children: ReactNode }) {
  const config = useMemo(() => createWalletConfig(settings), [settings]);
  return (
    <WagmiProvider config={config}>
      <RainbowKitProvider theme={theme} modalSize="compact" appInfo={APP_INFO}>
        {children}
      </RainbowKitProvider>
    </WagmiProvider>
  );
}
