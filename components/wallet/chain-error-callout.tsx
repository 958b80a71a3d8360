"use client";
import { useConnectModal } from "@rainbow-me/rainbowkit";
import { useMutation } from "@tanstack/react-query";
import { useChains, useSwitchChain } from "wagmi";
import { ErrorCallout } from "../common/error-callout";
import { useTRPC } from "../trpc/client";
import { Button } from "../ui/button";
import type { ShownChainError } from "./chain-error";
import { useConnectProblem } from "./use-connect-problem";

/** The sentence of a failed signature or transaction with the button that mends it, then "Try again". */
export function ChainErrorCallout({
  error,
  onRetry,
}: {
  error: ShownChainError | null;
  onRetry?: () => void;
}) {
  if (!error) return null;
  return <ErrorCallout error={error} onRetry={onRetry} action={<Remedy error={error} onRetry={onRetry} />} />;
}

function Remedy({ error, onRetry }: { error: ShownChainError; onRetry?: () => void }) {
  if (error.remedy === "faucet") return <FaucetButton onFunded={onRetry} />;
  if (error.remedy === "switch") return <SwitchButton onSwitched={onRetry} />;
  if (error.remedy === "connect") return <ConnectButton />;
  return null;
}

/** Only the local chain has a faucet; elsewhere the sentence alone must do. */
export function FaucetButton({ onFunded, size = "sm" }: { onFunded?: () => void; size?: "sm" | "md" }) {
  const trpc = useTRPC();
  const [chain] = useChains();
  const fund = useMutation(trpc.account.fund.mutationOptions({ onSuccess: () => onFunded?.() }));
  if (!chain.testnet) return null;
  return (
    <>
      <Button size={size} onClick={() => fund.mutate()} isBusy={fund.isPending} busyLabel="Funding…">
        Get test money
      </Button>
      {fund.error ? <ErrorCallout error={fund.error} className="basis-full" /> : null}
    </>
  );
}

function SwitchButton({ onSwitched }: { onSwitched?: () => void }) {
  const [chain] = useChains();
  const { switchChain, isPending } = useSwitchChain();
  return (
    <Button
      size="sm"
      isBusy={isPending}
      busyLabel="Switching…"
      onClick={() => switchChain({ chainId: chain.id }, { onSuccess: () => onSwitched?.() })}
    >
      Switch to {chain.name}
    </Button>
  );
}

function ConnectButton() {
  const { openConnectModal } = useConnectModal();
  const { problem } = useConnectProblem();
  if (!openConnectModal) return null;
  return (
    <>
      <Button size="sm" onClick={openConnectModal}>
        Connect a wallet
      </Button>
      {problem ? <ErrorCallout error={problem} className="basis-full" /> : null}
    </>
  );
}
