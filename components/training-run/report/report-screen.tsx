"use client";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { ErrorCallout } from "@/components/common/error-callout";
import { PageHeader } from "@/components/common/page-header";
import { ArmsTable } from "@/components/evaluation/arms-table";
import { FixedBrokenGrid } from "@/components/evaluation/fixed-broken-grid";
import { Hypothesis } from "@/components/evaluation/hypothesis";
import { VerdictHead } from "@/components/evaluation/verdict-head";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { Skeleton } from "@/components/ui/skeleton";
import { RunSources } from "../run-sources";
import { type Run, runSentence } from "../run-words";
import { ReportMethod } from "./report-method";
import { ReportRecompute } from "./report-recompute";
import { missingSentences } from "./report-words";

/** Charts and answers are no part of the first load; each comes by itself, so that printing finds it. */
const PreviousArm = dynamic(() => import("../previous-arm").then((module) => module.PreviousArm), {
  ssr: false,
});
const SeedSpread = dynamic(() => import("../seed-spread").then((module) => module.SeedSpread), {
  ssr: false,
});
const GroupTables = dynamic(
  () => import("@/components/evaluation/group-tables").then((module) => module.GroupTables),
  { ssr: false, loading: () => <Skeleton className="h-72" /> },
);
const GotWorse = dynamic(
  () => import("@/components/evaluation/got-worse").then((module) => module.GotWorse),
  { ssr: false, loading: () => <Skeleton className="h-140" /> },
);
const AbilitySection = dynamic(
  () => import("@/components/evaluation/ability-section").then((module) => module.AbilitySection),
  { ssr: false, loading: () => <Skeleton className="h-140" /> },
);
const InfluenceSection = dynamic(
  () => import("@/components/influence/influence-section").then((module) => module.InfluenceSection),
  { ssr: false, loading: () => <Skeleton className="h-280" /> },
);
const RemovalChecks = dynamic(() => import("../removal-checks").then((module) => module.RemovalChecks), {
  ssr: false,
  loading: () => <Skeleton className="h-44" />,
});

const TrainingCurve = dynamic(() => import("../training-curve").then((module) => module.TrainingCurve), {
  ssr: false,
  loading: () => <Skeleton className="h-140" />,
});

/** One run's result from top to bottom, to be shared by its address or printed; it asks for nothing. */
export function ReportScreen({ runId }: { runId: string }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.trainingRun.get.queryOptions({ runId }));
  if (error && !data) return <ErrorCallout error={error} onRetry={refetch} />;
  if (!data) return <Skeleton className="h-280" />;
  return <Report run={data} />;
}

function Report({ run }: { run: Run }) {
  return (
    <>
      <PageHeader
        noun={
          <>
            Report of{" "}
            <Link className="link" href={`/runs/${run.id}`}>
              a training run
            </Link>
            <span className="print:hidden">
              {"; "}
              <Link className="link" href={`/runs/compare?a=${run.id}`}>
                compare with another
              </Link>
            </span>
          </>
        }
        title={`Training run on ${run.sources.map(({ name }) => name).join(" and ")}`}
        sentence={runSentence(run)}
        action={
          <Button variant="primary" onClick={() => window.print()}>
            Print or save as PDF
          </Button>
        }
      />
      <div className="grid grid-cols-1 gap-12">
        <Question run={run} />
        <Result run={run} />
        <Missing run={run} />
        {run.hasAbility ? <AbilitySection runId={run.id} /> : null}
        {run.hasInfluence ? <InfluenceSection runId={run.id} isReport /> : null}
        {run.status === "succeeded" && run.kind === "training" && run.metric !== "preference" ? (
          <RemovalChecks run={run} isReport />
        ) : null}
        {run.kind === "measure" || !run.adapter ? null : <TrainingCurve run={run} isReport />}
        <ReportMethod run={run} />
        <ReportRecompute run={run} />
      </div>
    </>
  );
}

function Question({ run }: { run: Run }) {
  return (
    <section aria-labelledby="question">
      <h2 id="question" className="text-lg">
        The question
      </h2>
      <div className="mt-1 max-w-reading">
        <Hypothesis>{run.hypothesis}</Hypothesis>
      </div>
      <p className="mt-1 max-w-reading text-muted">
        Asked of {run.baseId} and of the adapter trained on <RunSources sources={run.sources} />, and fixed
        before the first step.
      </p>
    </section>
  );
}

function Result({ run }: { run: Run }) {
  const { evaluation } = run;
  if (!evaluation) return null;
  const isCounted = evaluation.metric !== "preference";
  const { arms, fields, categories } = evaluation;
  return (
    <>
      <VerdictHead evaluation={evaluation} />
      {isCounted ? <FixedBrokenGrid comparison={evaluation.comparison} n={evaluation.n} /> : null}
      {isCounted ? <ArmsTable evaluation={evaluation} goal={run.datanet.goal} /> : null}
      {isCounted && run.kind === "training" ? <PreviousArm runId={run.id} /> : null}
      {isCounted && run.kind === "training" ? <SeedSpread runId={run.id} /> : null}
      {isCounted && (arms.tuned?.perLabel || fields || categories.length > 0) ? (
        <GroupTables evaluation={evaluation} />
      ) : null}
      {isCounted ? <GotWorse runId={run.id} /> : null}
    </>
  );
}

/** What a reader would look for and does not find, each in a sentence. */
function Missing({ run }: { run: Run }) {
  const sentences = missingSentences(run);
  if (sentences.length === 0) return null;
  return (
    <section aria-labelledby="missing">
      <h2 id="missing" className="text-lg">
        What is not known
      </h2>
      <ul className="mt-1 grid max-w-reading list-disc gap-1 pl-5">
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </section>
  );
}
