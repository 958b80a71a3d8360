"use client";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { EmptyState } from "@/components/common/empty-state";
import { ErrorCallout } from "@/components/common/error-callout";
import { PageHeader } from "@/components/common/page-header";
import { shownError } from "@/components/common/shown-error";
import { StatusBadge } from "@/components/common/status-badge";
import { RUN_STATUS, shownStatus } from "@/components/datanet/words";
import { BeforeAfter } from "@/components/evaluation/before-after";
import { InfluenceSection } from "@/components/influence/influence-section";
import { useTRPC } from "@/components/trpc/client";
import { LinkButton } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Menu } from "@/components/ui/menu";
import { Skeleton } from "@/components/ui/skeleton";
import { RunFacts } from "./run-facts";
import { RunProgress } from "./run-progress";
import { type Run, runSentence } from "./run-words";
import { TrainingCurve } from "./training-curve";

/** Wallet code is loaded only for the builder of a run that waits for a signature. */
const CommitRun = dynamic(() => import("./commit-run").then((module) => module.CommitRunWithWallet), {
  loading: () => <Skeleton className="h-24" />,
});

const POLL_MS = 1_500;

export function RunScreen({ runId }: { runId: string }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.trainingRun.get.queryOptions(
      { runId },
      { refetchInterval: ({ state }) => (state.data?.isFinal ? false : POLL_MS) },
    ),
  );
  if (error && !data) return <RunProblem error={error} onRetry={refetch} />;
  if (!data) return <RunSkeleton />;
  return <LoadedRun run={data} />;
}

function LoadedRun({ run }: { run: Run }) {
  const { datanet, snapshot, adapter, evaluation } = run;
  const hasTrained = run.adapter !== null || run.status === "training" || "training" in run.stageSeconds;
  return (
    <>
      <PageHeader
        noun={
          <>
            <Link className="link" href={`/datanets/${datanet.id}`}>
              {datanet.name}
            </Link>
            {", "}
            <Link className="link" href={`/versions/${snapshot.id}`}>
              version {snapshot.number}
            </Link>
          </>
        }
        title={`Training run, ${run.preset} on ${run.baseId}`}
        sentence={runSentence(run)}
        action={<HeadAction run={run} />}
        menu={adapter ? <RunMenu run={run} /> : null}
      />
      <div className="grid grid-cols-1 gap-12">
        {run.problem ? (
          <Callout
            tone="error"
            title={run.problem.message}
            action={
              <LinkButton size="sm" href={`/datanets/${datanet.id}/train?version=${snapshot.id}`}>
                Start a new run
              </LinkButton>
            }
          >
            {run.problem.fix} <span className="font-mono text-sm text-muted">{run.problem.code}</span>
          </Callout>
        ) : null}
        {run.status === "commit" && run.isBuilder ? <CommitRun runId={run.id} /> : null}
        {run.isFinal ? null : <RunProgress run={run} />}
        {evaluation ? <BeforeAfter run={run} evaluation={evaluation} /> : null}
        {run.hasInfluence ? <InfluenceSection runId={run.id} /> : null}
        {hasTrained ? <TrainingCurve run={run} /> : null}
        <RunFacts run={run} />
      </div>
    </>
  );
}

function HeadAction({ run }: { run: Run }) {
  const { adapter } = run;
  if (!adapter || !run.isFinal) return <StatusBadge {...shownStatus(RUN_STATUS, run.status)} />;
  const isPublished = adapter.publication === "included" || adapter.publication === "final";
  if (run.isBuilder && !isPublished && !adapter.isOfEarlierRun) {
    return (
      <LinkButton variant="primary" href={`/runs/${run.id}/publish`}>
        Publish
      </LinkButton>
    );
  }
  return <LinkButton href={`/adapters/${adapter.id}`}>See the adapter</LinkButton>;
}

function RunMenu({ run }: { run: Run }) {
  const { adapter, datanet, snapshot } = run;
  const files = `/api/adapters/${adapter!.id}/files`;
  return (
    <Menu
      label="More actions"
      items={[
        { label: "Download the weights", href: `${files}/adapter_model.safetensors` },
        { label: "Download the configuration", href: `${files}/adapter_config.json` },
        { label: "See the adapter", href: `/adapters/${adapter!.id}` },
        {
          label: "Train again on this version",
          href: `/datanets/${datanet.id}/train?version=${snapshot.id}`,
        },
      ]}
    />
  );
}

function RunProblem({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { code, message, fix, fields } = shownError(error);
  if (code !== "NOT_FOUND" && !fields?.runId) return <ErrorCallout error={error} onRetry={onRetry} />;
  return (
    <EmptyState
      title={fields ? "This is not the address of a training run" : message}
      body={fix}
      action={<LinkButton href="/runs">See the runs</LinkButton>}
    />
  );
}

function RunSkeleton() {
  return (
    <div role="status" aria-label="Loading the run">
      <Skeleton className="mb-2 h-4 w-40" />
      <Skeleton className="h-9 w-96 max-w-full" />
      <Skeleton className="mt-2 h-5 w-80 max-w-full" />
      <Skeleton className="mt-8 h-16" />
      <Skeleton className="mt-8 h-72" />
    </div>
  );
}
