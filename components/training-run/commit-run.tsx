"use client";
import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { ErrorCallout } from "@/components/common/error-callout";
import { useTRPCClient } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { LastProblem } from "@/components/wallet/last-problem";
import { SignNotice } from "@/components/wallet/sign-notice";
import { useContractWrite } from "@/components/wallet/use-contract-write";
import { WalletProvider } from "@/components/wallet/wallet-provider";
import { WriteStatus } from "@/components/wallet/write-status";

/** The one transaction before training; safe to leave and to repeat. */
export function CommitRun({ runId }: { runId: string }) {
  const client = useTRPCClient();
  const router = useRouter();
  const write = useContractWrite({ onIncluded: () => router.push(`/runs/${runId}`) });
  const send = useMutation({
    mutationFn: async () => {
      const { call } = await client.trainingRun.prepareCommit.mutate({ runId });
      await write.write({ purpose: "run.commit", subjectId: runId, call });
    },
  });
  return (
    <section className="grid max-w-3xl gap-4">
      <h2 className="text-lg">Commit, then train</h2>
      <SignNotice what="record the salted hash of split, metric and hypothesis of this run" cost="fee" />
      {send.error ? <ErrorCallout error={send.error} onRetry={() => send.mutate()} /> : null}
      {write.state === "idle" && !send.isPending ? (
        <>
          <LastProblem subjectId={runId} purpose="run.commit" />
          <div>
            <Button variant="primary" onClick={() => send.mutate()}>
              Sign and start
            </Button>
          </div>
        </>
      ) : null}
      <WriteStatus write={write} onRetry={() => send.mutate()} />
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
