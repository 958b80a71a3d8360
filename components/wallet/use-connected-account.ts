"use client";
import { useCallback } from "react";
import type { Hex } from "viem";
import { useConfig } from "wagmi";
import { connect, getAccount, reconnect, switchChain } from "wagmi/actions";
import { useAccount as useSignedIn } from "../trpc/use-account";
import { notConnected, wrongAccount, wrongChain } from "./chain-error";
import { LOCAL_CONNECTOR_ID } from "./local-connector";
import { localAddress } from "./local-key";

/**
 * Gives a function that answers with the wallet's address once the wallet is connected, on the signed-in account and
 * on this app's chain; it reconnects and switches by itself where it may, and throws a WalletProblem where it may not.
 */
export function useConnectedAccount(): () => Promise<Hex> {
  const config = useConfig();
  const { account } = useSignedIn();
  const wanted = account?.address;
  return useCallback(async () => {
    if (!getAccount(config).address) await reconnect(config);
    const local = config.connectors.find((connector) => connector.id === LOCAL_CONNECTOR_ID);
    const isLocalAccount = wanted !== undefined && localAddress()?.toLowerCase() === wanted;
    if (local && isLocalAccount && getAccount(config).address?.toLowerCase() !== wanted) {
      await connect(config, { connector: local }).catch(() => undefined);
    }
    const current = getAccount(config);
    if (!current.address) throw notConnected();
    if (wanted && current.address.toLowerCase() !== wanted) throw wrongAccount(current.address, wanted);
    const chain = config.chains[0];
    if (current.chainId !== chain.id) {
      await switchChain(config, { chainId: chain.id }).catch(() => {
        throw wrongChain(chain.name);
      });
    }
    return current.address;
  }, [config, wanted]);
}
