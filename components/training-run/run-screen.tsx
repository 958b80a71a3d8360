"use client";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useEffect } from "react";
import { ErrorCallout } from "@/components/common/error-callout";
import { PageHeader } from "@/components/common/page-header";
import { shownError } from "@/components/common/shown-error";
import { StatusBadge } from "@/components/common/status-badge";
import { WhenNear } from "@/components/common/when-near";
import { RUN_STATUS, shownStatus } from "@/components/datanet/words";
import { BeforeAfter } from "@/components/evaluation/before-after";
import { useMarkGuide } from "@/components/guide/use-guide";
import { MakeItYoursButton } from "@/components/sample/make-it-yours-button";
import { useTRPC } from "@/components/trpc/client";
import { LinkButton } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Menu } from "@/components/ui/menu";
import { Skeleton } from "@/components/ui/skeleton";
import { RunOrigin } from "./run-origin";
import { RunSources } from "./run-sources";
import { RunTitle } from "./run-title";
import { type Run, runSentence } from "./run-words";
import { againHref } from "./train-link";

const HEIGHT = {
  ability: "h-140",
  influence: "h-280",
  removals: "h-44",
  curve: "h-140",
  facts: "h-80",
  chat: "h-112",
};

/** Wallet code is loaded only for the builder of a run that waits for a signature. */
const CommitRun = dynamic(() => import("./commit-run").then((module) => module.CommitRunWithWallet), {
  loading: () => <Skeleton className="h-24" />,
});

/** A finished run has neither. */
const RunProgress = dynamic(() => import("./run-progress").then((module) => module.RunProgress));
const CheckList = dynamic(() => import("./check-list").then((module) => module.CheckList));

/** Not part of the first load: they stand below the figures, each in a place of about its own height. */
const AbilitySection = dynamic(
  () => import("@/components/evaluation/ability-section").then((module) => module.AbilitySection),
  { ssr: false, loading: () => <Skeleton className={HEIGHT.ability} /> },
);
const InfluenceSection = dynamic(
  () => import("@/components/influence/influence-section").then((module) => module.InfluenceSection),
  { ssr: false, loading: () => <Skeleton className={HEIGHT.influence} /> },
);
const RemovalChecks = dynamic(() => import("./removal-checks").then((module) => module.RemovalChecks), {
  ssr: false,
  loading: () => <Skeleton className={HEIGHT.removals} />,
});
const TrainingCurve = dynamic(() => import("./training-curve").then((module) => module.TrainingCurve), {
  ssr: false,
  loading: () => <Skeleton className={HEIGHT.curve} />,
});
const RunFacts = dynamic(() => import("./run-facts").then((module) => module.RunFacts), {
  ssr: false,
  loading: () => <Skeleton className={HEIGHT.facts} />,
});
const TryPanel = dynamic(() => import("@/components/chat/try-panel").then((module) => module.TryPanel), {
  ssr: false,
  loading: () => <Skeleton className={HEIGHT.chat} />,
});

const POLL_MS = 1_500;

export function RunScreen({ runId }: { runId: string }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.trainingRun.get.queryOptions(
      { runId },
      {
        refetchInterval: ({ state }) => (state.data?.isFinal ? false : POLL_MS),
        // The tab's title is for whoever looks at another tab.
        refetchIntervalInBackground: true,
      },
    ),
  );
  if (error && !data) return <RunProblem error={error} onRetry={refetch} />;
  if (!data) return <RunSkeleton />;
  return <LoadedRun run={data} />;
}

function LoadedRun({ run }: { run: Run }) {
  const { datanet, adapter, evaluation } = run;
  const mark = useMarkGuide();
  // Influence is scored behind the verdict: nobody has to wait for it.
  const isMeasured = evaluation !== null;
  useEffect(() => {
    if (isMeasured && run.isBuilder) mark("read");
    else if (isMeasured && datanet.isSample) mark("looked");
  }, [isMeasured, run.isBuilder, datanet.isSample, mark]);
  const hasTrained =
    run.kind !== "measure" &&
    (run.adapter !== null || run.status === "training" || "training" in run.stageSeconds);
  return (
    <>
      <RunTitle run={run} />
      <PageHeader
        noun={<RunSources sources={run.sources} />}
        title={runName(run)}
        sentence={runSentence(run)}
        action={<HeadAction run={run} />}
        menu={adapter ? <RunMenu run={run} /> : null}
      />
      <div className="grid grid-cols-1 gap-12">
        <RunOrigin run={run} />
        {run.problem ? (
          <Callout
            tone="error"
            title={run.problem.message}
            action={
              <LinkButton size="sm" href={againHref(run)}>
                Start a new run
              </LinkButton>
            }
          >
            {run.problem.fix} <span className="font-mono text-sm text-muted">{run.problem.code}</span>
          </Callout>
        ) : null}
        {run.status === "commit" || run.status === "failed" ? <CheckList run={run} /> : null}
        {run.status === "commit" && run.isBuilder ? <CommitRun runId={run.id} /> : null}
        {run.isFinal ? null : <RunProgress run={run} />}
        {evaluation ? <BeforeAfter run={run} evaluation={evaluation} /> : null}
        {run.hasAbility ? (
          <WhenNear className={HEIGHT.ability}>
            <AbilitySection runId={run.id} />
          </WhenNear>
        ) : null}
        {run.hasInfluence ? (
          <WhenNear className={HEIGHT.influence}>
            <InfluenceSection runId={run.id} />
          </WhenNear>
        ) : null}
        {run.status === "succeeded" && run.kind === "training" && run.metric !== "preference" ? (
          <WhenNear className={HEIGHT.removals}>
            <RemovalChecks run={run} />
          </WhenNear>
        ) : null}
        {adapter && (run.isFinal || isMeasured) ? (
          <WhenNear className={HEIGHT.chat}>
            <TryPanel adapterId={adapter.id} />
          </WhenNear>
        ) : null}
        {hasTrained ? (
          <WhenNear className={HEIGHT.curve}>
            <TrainingCurve run={run} />
          </WhenNear>
        ) : null}
        <WhenNear className={HEIGHT.facts}>
          <RunFacts run={run} />
        </WhenNear>
      </div>
    </>
  );
}

function runName(run: Run): string {
  if (run.kind === "measure") return `Measured: ${run.adapter?.name ?? "an adapter"}, on ${run.baseId}`;
  const what = { removal: "Check by retraining", trace: "Trace of a training", training: "Training run" }[
    run.kind
  ];
  return `${what}, ${run.preset} on ${run.baseId}`;
}

function HeadAction({ run }: { run: Run }) {
  const { adapter } = run;
  if (!adapter || (!run.isFinal && !run.evaluation))
    return <StatusBadge {...shownStatus(RUN_STATUS, run.status)} />;
  const isPublished = adapter.publication === "included" || adapter.publication === "final";
  if (run.kind !== "measure" && run.isBuilder && !isPublished && !adapter.isOfEarlierRun) {
    return (
      <LinkButton variant="primary" href={`/runs/${run.id}/publish`}>
        Publish
      </LinkButton>
    );
  }
  if (run.datanet.isSample && run.kind === "training" && !run.isBuilder)
    return <MakeItYoursButton datanetId={run.datanet.id} version={run.snapshot.id} />;
  return <LinkButton href={`/adapters/${adapter.id}`}>See the adapter</LinkButton>;
}

function RunMenu({ run }: { run: Run }) {
  const { adapter, datanet, snapshot } = run;
  const files = `/api/adapters/${adapter!.id}/files`;
  return (
    <Menu
      label="More actions"
      items={[
        ...(run.evaluation ? [{ label: "Report to share or print", href: `/runs/${run.id}/report` }] : []),
        { label: "Download the weights", href: `${files}/adapter_model.safetensors` },
        { label: "Download the configuration", href: `${files}/adapter_config.json` },
        { label: "See the adapter", href: `/adapters/${adapter!.id}` },
        ...(run.kind === "measure"
          ? []
          : [{ label: "Run again with these settings", href: againHref(run), isSeparated: true }]),
        { label: "Compare with another run", href: `/runs/compare?a=${run.id}` },
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
    <>
      <PageHeader title={fields ? "This is not the address of a training run" : message} sentence={fix} />
      <LinkButton href="/runs">See the runs</LinkButton>
    </>
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
