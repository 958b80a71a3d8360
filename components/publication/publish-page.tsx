"use client";
import { useQuery } from "@tanstack/react-query";
import { RequireSignIn } from "@/components/account/require-sign-in";
import { EmptyState } from "@/components/common/empty-state";
import { ErrorCallout } from "@/components/common/error-callout";
import { PageHeader } from "@/components/common/page-header";
import { StatusBadge } from "@/components/common/status-badge";
import { verdictWords } from "@/components/evaluation/verdict";
import { useTRPC } from "@/components/trpc/client";
import { LinkButton } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Skeleton } from "@/components/ui/skeleton";
import { PublishGate } from "./publish-gate";

/** The gate before the chain: name, checks, the wallet's signature, and where the record stands. */
export function PublishPage({ runId }: { runId: string }) {
  return (
    <RequireSignIn purpose="publish an adapter">
      <PublishOfRun runId={runId} />
    </RequireSignIn>
  );
}

function PublishOfRun({ runId }: { runId: string }) {
  const trpc = useTRPC();
  const ofRun = useQuery(trpc.adapter.ofRun.queryOptions({ runId }));
  const adapterId = ofRun.data?.adapterId;
  const query = useQuery(
    trpc.adapter.get.queryOptions({ adapterId: adapterId ?? "" }, { enabled: adapterId !== undefined }),
  );
  const error = ofRun.error ?? query.error;
  if (error) return <ErrorCallout error={error} onRetry={() => ofRun.refetch()} />;
  if (ofRun.data === null) {
    return (
      <EmptyState
        title="Nothing to publish yet"
        body="This run has made no adapter. One appears when its training has finished."
        action={<LinkButton href={`/runs/${runId}`}>Back to the run</LinkButton>}
      />
    );
  }
  if (!query.data) return <Skeleton className="h-64 w-full" />;
  const adapter = query.data;
  return (
    <>
      <PageHeader
        noun="Publish"
        title={adapter.name}
        sentence="Publishing writes the hashes of this adapter, its test result and its data to the chain, in your name. They cannot be changed afterwards."
        action={<StatusBadge {...verdictWords(adapter.verdict)} />}
      />
      {adapter.isBuilder && adapter.isOfPrivate ? (
        <Callout tone="warn" title="It was trained on a private Datanet" className="mb-6">
          Published weights are everybody’s, to ask and to download, and may repeat what they were trained on.
          Its rows, test questions and the Datanet’s name stay private; the card shows its licence, its size
          and the test result.
        </Callout>
      ) : null}
      {adapter.isBuilder ? (
        <PublishGate adapter={adapter} />
      ) : (
        <EmptyState
          title="Only its builder may publish this adapter"
          body="The record carries the builder's name. Train a run of your own on the same version to publish one."
          action={<LinkButton href={`/adapters/${adapter.id}`}>See the adapter</LinkButton>}
        />
      )}
    </>
  );
}
