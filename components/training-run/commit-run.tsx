"use client";
import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { ErrorCallout } from "@/components/common/error-callout";
import { useTRPCClient } from "@/components/trpc/client";
import { Button, LinkButton } from "@/components/ui/button";
import { SignNotice } from "@/components/wallet/sign-notice";
import { useContractWrite } from "@/components/wallet/use-contract-write";
import { WalletProvider } from "@/components/wallet/wallet-provider";
import { WriteStatus } from "@/components/wallet/write-status";

type CommitRunProps = {
  runId: string;
  /** Start at once: the button before already said what will be signed. */
  isAutoStarted?: boolean;
};

/** The one transaction before training; safe to leave and to repeat. */
export function CommitRun({ runId, isAutoStarted }: CommitRunProps) {
  const client = useTRPCClient();
  const router = useRouter();
  const write = useContractWrite({ onIncluded: () => router.push(`/runs/${runId}`) });
  const send = useMutation({
    mutationFn: async () => {
      const { call } = await client.trainingRun.prepareCommit.mutate({ runId });
      await write.write({ purpose: "run.commit", subjectId: runId, call });
    },
  });
  const hasStarted = useRef(false);
  useEffect(() => {
    if (!isAutoStarted || hasStarted.current) return;
    hasStarted.current = true;
    send.mutate();
  });
  return (
    <section className="grid max-w-3xl gap-4">
      <h2 className="text-lg">Commit, then train</h2>
      <SignNotice what="record the salted hash of split, metric and hypothesis of this run" cost="fee" />
      {send.error ? <ErrorCallout error={send.error} onRetry={() => send.mutate()} /> : null}
      {write.state === "idle" && !send.isPending && !isAutoStarted ? (
        <div>
          <Button variant="primary" onClick={() => send.mutate()}>
            Sign and start
          </Button>
        </div>
      ) : null}
      <WriteStatus write={write} onRetry={() => send.mutate()} />
      {isAutoStarted ? (
        <div>
          <LinkButton href={`/runs/${runId}`}>Go to the run</LinkButton>
        </div>
      ) : null}
    </section>
  );
}

/** For the public run page, which carries no wallet of its own. */
export function CommitRunWithWallet({ runId }: { runId: string }) {
  return (
    <WalletProvider>
      <CommitRun runId={runId} />
    </WalletProvider>
  );
}
