"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { getAddress, type Hex } from "viem";
import { createSiweMessage } from "viem/siwe";
import { useConfig } from "wagmi";
import { connect, getAccount, getBalance, signMessage } from "wagmi/actions";
import { useTRPCClient } from "../trpc/client";
import { notConnected, type ShownChainError, toChainError, WalletProblem } from "./chain-error";
import { LOCAL_CONNECTOR_ID } from "./local-connector";

/** The server takes at most ten minutes between issue and end. */
const MESSAGE_LIFE_MS = 5 * 60_000;

export type SignInState = "idle" | "connecting" | "signing" | "checking" | "failed";

/** Sign-In with Ethereum (ERC-4361) by the local wallet or by the connected one; resolves to whether it worked. */
export function useSignIn() {
  const config = useConfig();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [state, setState] = useState<SignInState>("idle");
  const [error, setError] = useState<ShownChainError | null>(null);

  const signIn = useCallback(
    async (way: "local" | "connected"): Promise<boolean> => {
      setError(null);
      try {
        setState("connecting");
        const address = way === "local" ? await connectLocal(config) : getAccount(config).address;
        if (!address) throw notConnected();
        const { nonce, domain, uri, chainId, statement } = await client.account.nonce.mutate();
        if (domain !== window.location.host) throw wrongOrigin(uri);
        const issuedAt = new Date();
        const message = createSiweMessage({
          address: getAddress(address),
          chainId,
          domain,
          nonce,
          uri,
          statement,
          version: "1",
          issuedAt,
          expirationTime: new Date(issuedAt.getTime() + MESSAGE_LIFE_MS),
        });
        setState("signing");
        const signature = await signMessage(config, { account: address, message });
        setState("checking");
        await client.account.signIn.mutate({ message, signature });
        await queryClient.invalidateQueries();
        if (way === "local") await fundWhenEmpty(config, address, () => client.account.fund.mutate());
        setState("idle");
        return true;
      } catch (cause) {
        setError(toChainError(cause));
        setState("failed");
        return false;
      }
    },
    [client, config, queryClient],
  );
  return { signIn, state, error, isBusy: state !== "idle" && state !== "failed" };
}

const wrongOrigin = (uri: string) =>
  new WalletProblem(
    "WRONG_ORIGIN",
    "This page was opened under another address than the one it signs for.",
    `Open ${uri} and sign in there.`,
  );

async function connectLocal(config: ReturnType<typeof useConfig>): Promise<Hex> {
  const connector = config.connectors.find(({ id }) => id === LOCAL_CONNECTOR_ID);
  if (!connector) throw notConnected();
  const current = getAccount(config);
  if (current.connector?.id === LOCAL_CONNECTOR_ID && current.address) return current.address;
  const { accounts } = await connect(config, { connector });
  return accounts[0];
}

/** A first local wallet is empty; money is only a convenience here, and the faucet button stays. */
async function fundWhenEmpty(
  config: ReturnType<typeof useConfig>,
  address: Hex,
  fund: () => Promise<unknown>,
) {
  try {
    const { value } = await getBalance(config, { address });
    if (value === 0n) await fund();
  } catch {
    // The sign-in has worked; the first transaction offers the faucet again.
  }
}
