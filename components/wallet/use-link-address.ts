"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { getAddress, type Hex } from "viem";
import { createSiweMessage } from "viem/siwe";
import { useConfig } from "wagmi";
import { getAccount, signMessage } from "wagmi/actions";
import { linkStatement } from "@/server/account/schemas";
import { useTRPCClient } from "../trpc/client";
import { notConnected, type ShownChainError, toChainError, WalletProblem } from "./chain-error";

/** The server takes at most ten minutes between issue and end. */
const MESSAGE_LIFE_MS = 5 * 60_000;

/**
 * Has the address that the wallet is on now sign that it belongs to the account that is signed in. Resolves to the
 * address, or to null after a failure held in `error`.
 */
export function useLinkAddress(own: string) {
  const config = useConfig();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<ShownChainError | null>(null);
  const link = useCallback(async (): Promise<Hex | null> => {
    setError(null);
    setIsBusy(true);
    try {
      const { address } = getAccount(config);
      if (!address) throw notConnected();
      if (address.toLowerCase() === own.toLowerCase()) throw sameAddress();
      const { nonce, domain, uri, chainId } = await client.account.nonce.mutate();
      const issuedAt = new Date();
      const message = createSiweMessage({
        address: getAddress(address),
        chainId,
        domain,
        nonce,
        uri,
        statement: linkStatement(own),
        version: "1",
        issuedAt,
        expirationTime: new Date(issuedAt.getTime() + MESSAGE_LIFE_MS),
      });
      const signature = await signMessage(config, { account: address, message });
      await client.account.linkAddress.mutate({ message, signature });
      await queryClient.invalidateQueries();
      return address;
    } catch (cause) {
      setError(toChainError(cause));
      return null;
    } finally {
      setIsBusy(false);
    }
  }, [config, client, queryClient, own]);
  return { link, isBusy, error };
}

const sameAddress = () =>
  new WalletProblem(
    "OWN_ADDRESS",
    "Your wallet is on the address that you are signed in with.",
    "Switch to the other address in your wallet, stay on this page, and press the button again.",
  );
