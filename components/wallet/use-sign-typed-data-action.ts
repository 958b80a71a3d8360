"use client";
import { useCallback, useState } from "react";
import type { Hex, TypedDataDefinition } from "viem";
import { useConfig } from "wagmi";
import { signTypedData } from "wagmi/actions";
import { type ShownChainError, toChainError } from "./chain-error";
import { useConnectedAccount } from "./use-connected-account";

export type SignState = "idle" | "checking" | "signing" | "signed" | "failed";

/** Signs an EIP-712 message prepared by the server; costs nothing. Resolves to null after a failure held in `error`. */
export function useSignTypedDataAction() {
  const config = useConfig();
  const connectedAccount = useConnectedAccount();
  const [state, setState] = useState<SignState>("idle");
  const [error, setError] = useState<ShownChainError | null>(null);

  const sign = useCallback(
    async (typedData: TypedDataDefinition): Promise<Hex | null> => {
      setError(null);
      try {
        setState("checking");
        const account = await connectedAccount();
        setState("signing");
        const signature = await signTypedData(config, { ...typedData, account });
        setState("signed");
        return signature;
      } catch (cause) {
        setError(toChainError(cause));
        setState("failed");
        return null;
      }
    },
    [config, connectedAccount],
  );
  return { sign, state, isBusy: state === "checking" || state === "signing", error };
}
