"use client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { ErrorCallout } from "@/components/common/error-callout";
import { type RouterOutputs, useTRPC } from "@/components/trpc/client";
import { Button, LinkButton } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { LastProblem } from "@/components/wallet/last-problem";
import { SignNotice } from "@/components/wallet/sign-notice";
import { TxStatus } from "@/components/wallet/tx-status";
import { useContractWrite } from "@/components/wallet/use-contract-write";
import { WriteStatus } from "@/components/wallet/write-status";

type Publication = NonNullable<RouterOutputs["publication"]["ofAdapter"]>;

/** The wallet's part, and after it the chain's: submitted, included, final. Survives a reload at any point. */
export function PublishRecord({ publication, adapterId }: { publication: Publication; adapterId: string }) {
  const trpc = useTRPC();
  const write = useContractWrite();
  const prepare = useMutation(trpc.publication.prepare.mutationOptions());
  const sent = useQuery(trpc.chain.transactionsOf.queryOptions({ subjectId: publication.id }));
  const send = async () => {
    const { call } = await prepare.mutateAsync({ publicationId: publication.id });
    await write.write({ purpose: "adapter.publish", subjectId: publication.id, call });
  };
  const { status } = publication;
  if (status === "checking" || status === "blocked") {
    return <p className="mt-1 text-muted">Opens when every check has passed.</p>;
  }
  const lastHash = write.hash ?? publication.txHash ?? sent.data?.[0]?.hash;
  return (
    <div className="mt-1 flex flex-col gap-4">
      {status === "ready" ? (
        <>
          <SignNotice
            what="publish this adapter: its hashes, its evaluation and its data's root"
            cost="fee"
          />
          {prepare.error ? <ErrorCallout error={prepare.error} /> : null}
          {write.state === "idle" && !prepare.isPending ? (
            <LastProblem subjectId={publication.id} purpose="adapter.publish" />
          ) : null}
          <div>
            <Button
              variant="primary"
              onClick={() => void send().catch(() => undefined)}
              isBusy={prepare.isPending || write.isBusy}
              busyLabel="Publishing…"
            >
              Publish on the chain
            </Button>
          </div>
          <WriteStatus write={write} onRetry={() => void send().catch(() => undefined)} />
        </>
      ) : null}
      {status === "submitted" || status === "included" || status === "final" ? (
        <>
          {lastHash ? <TxStatus hash={lastHash} /> : null}
          <Callout tone={status === "final" ? "success" : "info"} title={TITLES[status]}>
            {SENTENCES[status]}
          </Callout>
          <div>
            <LinkButton
              variant={status === "final" ? "primary" : "secondary"}
              href={`/adapters/${adapterId}`}
            >
              See its public page
            </LinkButton>
          </div>
        </>
      ) : null}
    </div>
  );
}

const TITLES = { submitted: "Submitted", included: "Included", final: "Published" };
const SENTENCES = {
  submitted: "The chain has the transaction; it waits for a block. You may close this page.",
  included: "A block holds the record. In a little while it can no longer be undone.",
  final: "The record is final. Anyone can re-check it against the files.",
};
