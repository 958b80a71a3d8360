"use client";
import { useEffect, useRef, useState } from "react";
import { useTRPCClient } from "../trpc/client";
import { Button } from "../ui/button";
import { type ShownChainError, toChainError } from "../wallet/chain-error";
import { ChainErrorCallout } from "../wallet/chain-error-callout";
import { LastProblem } from "../wallet/last-problem";
import { SignNotice } from "../wallet/sign-notice";
import { useContractWrite } from "../wallet/use-contract-write";
import { WalletProvider } from "../wallet/wallet-provider";
import { WriteStatus } from "../wallet/write-status";

type RegisterPanelProps = {
  datanetId: string;
  /** Start at once: the button that made the Datanet already said what will be signed. */
  isAutoStarted?: boolean;
  onIncluded?: () => void;
};

/** One transaction that puts the hash of the Datanet's rules on the chain; safe to leave and to repeat. */
export function RegisterPanel({ datanetId, isAutoStarted, onIncluded }: RegisterPanelProps) {
  const client = useTRPCClient();
  const write = useContractWrite({ onIncluded });
  const [error, setError] = useState<ShownChainError | null>(null);
  const [isPreparing, setIsPreparing] = useState(false);
  const start = async () => {
    setError(null);
    setIsPreparing(true);
    try {
      const { call } = await client.datanet.prepareRegister.mutate({ datanetId });
      await write.write({ purpose: "datanet.create", subjectId: datanetId, call });
    } catch (cause) {
      setError(toChainError(cause));
    } finally {
      setIsPreparing(false);
    }
  };

  const hasStarted = useRef(false);
  useEffect(() => {
    if (!isAutoStarted || hasStarted.current) return;
    hasStarted.current = true;
    start();
  });

  return (
    <div className="grid gap-3">
      <h2 className="text-lg">Register on the chain</h2>
      <SignNotice what="register the hash of this Datanet’s rules, with you as its owner" cost="fee" />
      {write.state === "idle" && !error && !isPreparing ? (
        <LastProblem subjectId={datanetId} purpose="datanet.create" />
      ) : null}
      {write.state === "idle" && !error ? (
        <div>
          <Button
            variant="primary"
            onClick={start}
            isBusy={isPreparing || isAutoStarted}
            busyLabel="Preparing the transaction…"
          >
            Register
          </Button>
        </div>
      ) : null}
      <ChainErrorCallout error={error} onRetry={start} />
      <WriteStatus write={write} onRetry={start} />
    </div>
  );
}

/** For pages that carry no wallet of their own. */
export function RegisterPanelWithWallet(props: RegisterPanelProps) {
  return (
    <WalletProvider>
      <RegisterPanel {...props} />
    </WalletProvider>
  );
}
