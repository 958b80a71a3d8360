"use client";
import { Spinner } from "../ui/button";
import { ChainErrorCallout } from "./chain-error-callout";
import { TxSteps } from "./tx-status";
import type { useContractWrite } from "./use-contract-write";

const WAITING = {
  checking: "Checking your wallet…",
  simulating: "Trying the transaction without sending it…",
  signing: "Confirm it in your wallet.",
} as const;

/** Everything useContractWrite has to say, below the button that started it. Nothing while idle. */
export function WriteStatus({
  write,
  onRetry,
}: {
  write: ReturnType<typeof useContractWrite>;
  onRetry?: () => void;
}) {
  const { state, error, hash, isSpedUp } = write;
  if (state === "failed") return <ChainErrorCallout error={error} onRetry={onRetry} />;
  if (state === "checking" || state === "simulating" || state === "signing") {
    return (
      <p role="status" className="flex items-center gap-2 text-sm text-muted">
        <Spinner />
        {WAITING[state]}
      </p>
    );
  }
  if (state === "idle" || !hash) return null;
  return <TxSteps status={state} hash={hash} isSpedUp={isSpedUp} />;
}
