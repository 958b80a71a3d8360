"use client";
import { useQuery } from "@tanstack/react-query";
import { personName } from "@/components/account/person";
import { ErrorCallout } from "@/components/common/error-callout";
import { formatCount } from "@/components/common/numbers";
import { PageHeader } from "@/components/common/page-header";
import { shownError } from "@/components/common/shown-error";
import { StatusBadge } from "@/components/common/status-badge";
import { TimeAgo } from "@/components/common/time-ago";
import { FixedBrokenGrid } from "@/components/evaluation/fixed-broken-grid";
import { verdictWords } from "@/components/evaluation/verdict";
import { useTRPC } from "@/components/trpc/client";
import { LinkButton } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { Skeleton } from "@/components/ui/skeleton";
import { CompareItems } from "./compare-items";
import { CompareTables } from "./compare-tables";
import { type Comparison, comparedSentence, comparedVerdict } from "./compare-words";
import { pairedHeadline } from "./removal-words";

/** Two runs on the questions both were asked: the difference first, then what was different about them. */
export function CompareScreen({ a, b }: { a: string; b: string }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.trainingRun.compare.queryOptions({ a, b }));
  if (error) return <Problem error={error} onRetry={refetch} />;
  if (!data) return <Skeleton className="h-96" />;
  return (
    <>
      <PageHeader
        noun="Training runs"
        title="Two runs compared"
        sentence="On the questions that both were asked, so that the rest of the two tests cannot matter."
        action={<LinkButton href={`/runs/compare?a=${b}&b=${a}`}>Swap</LinkButton>}
      />
      <div className="grid grid-cols-1 gap-12">
        <dl className="grid grid-cols-1 gap-4 sm:grid-cols-2">
          <Which name="First" run={data.a} />
          <Which name="Second" run={data.b} />
        </dl>
        <Difference compared={data} />
        <CompareTables compared={data} />
        {data.shared.n > 0 ? <CompareItems compared={data} /> : null}
      </div>
    </>
  );
}

function Which({ name, run }: { name: string; run: Comparison["a"] }) {
  return (
    <div className="min-w-0">
      <dt className="text-sm text-muted">{name}</dt>
      <dd>
        <Link className="link" href={`/runs/${run.id}`}>
          {run.kind === "measure"
            ? `Measured, made elsewhere, on ${run.baseId}`
            : `${run.kind === "removal" ? "Check by retraining" : "Training run"}, ${run.preset} on ${run.baseId}, seed ${run.seed}`}
        </Link>
        , <TimeAgo at={run.createdAt} />
      </dd>
      <dd className="num text-sm break-words text-muted">
        {run.sources.map(({ name: datanet, version }) => `${datanet}, version ${version}`).join("; ")};{" "}
        {formatCount(run.right)} of {formatCount(run.n)} right on its own whole test
      </dd>
    </div>
  );
}

function Difference({ compared }: { compared: Comparison }) {
  const { shared, notShared, others, leftOutOnce } = compared;
  if (shared.n === 0) {
    return (
      <p className="max-w-reading">
        No question was asked of both: their tests have nothing in common, so nothing can be said about which
        is better.
      </p>
    );
  }
  const names = leftOutOnce.map(personName).join(", ");
  return (
    <section aria-labelledby="difference" className="grid grid-cols-1 gap-6">
      <div>
        <h2 id="difference" className="mb-2 text-sm font-normal text-muted">
          Is the second better?
        </h2>
        <StatusBadge {...verdictWords(comparedVerdict(shared))} className="text-lg font-semibold" />
        <p className="num mt-2 text-xl font-semibold text-balance">{pairedHeadline(shared)}</p>
        <p className="mt-2 max-w-reading">{comparedSentence(shared)}</p>
        <p className="num mt-1 max-w-reading text-muted">{sharedSentence(shared.n, notShared)}</p>
      </div>
      {others ? (
        <div>
          <h3>Without the questions of {names}</h3>
          {others.n > 0 ? (
            <>
              <p className="num mt-1 max-w-reading font-medium">{pairedHeadline(others)}</p>
              <p className="mt-1">
                <StatusBadge {...verdictWords(comparedVerdict(others))} />
              </p>
              <p className="mt-1 max-w-reading">{comparedSentence(others)}</p>
            </>
          ) : (
            <p className="mt-1">All shared questions are of {names}.</p>
          )}
          <p className="mt-1 max-w-reading text-muted">
            Only one of the runs learned from {names}. If their rows are wrong, so are their questions in the
            test, and being right there counts for the wrong side.
          </p>
        </div>
      ) : null}
      <FixedBrokenGrid comparison={shared} n={shared.n} names={["First", "Second"]} />
    </section>
  );
}

function sharedSentence(n: number, notShared: Comparison["notShared"]): string {
  const only = [
    notShared.a > 0 ? `${formatCount(notShared.a)} only to the first` : "",
    notShared.b > 0 ? `${formatCount(notShared.b)} only to the second` : "",
  ].filter(Boolean);
  return only.length > 0
    ? `${formatCount(n)} questions were put to both, ${only.join(" and ")}; those do not count here.`
    : `Both were asked the same ${formatCount(n)} questions.`;
}

function Problem({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { code, message, fix, fields } = shownError(error);
  if (!fields && !["NOT_FOUND", "NOT_MEASURED", "METRICS_DIFFER"].includes(code ?? ""))
    return <ErrorCallout error={error} onRetry={onRetry} />;
  return (
    <>
      <PageHeader
        noun="Training runs"
        title={fields ? (Object.values(fields)[0] ?? message) : message}
        sentence={fix}
      />
      <LinkButton href="/runs/compare">Choose two runs</LinkButton>
    </>
  );
}
