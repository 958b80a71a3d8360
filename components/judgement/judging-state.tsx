"use client";
import { useQuery } from "@tanstack/react-query";
import { ErrorCallout } from "@/components/common/error-callout";
import { formatCount, formatPoints } from "@/components/common/numbers";
import { type RouterOutputs, useTRPC } from "@/components/trpc/client";
import { LinkButton } from "@/components/ui/button";
import { Progress } from "@/components/ui/progress";
import { Skeleton } from "@/components/ui/skeleton";
import { JUDGED_FOR_VERDICT } from "@/server/judgement/words";

type Judging = RouterOutputs["judgement"]["get"];

/** How far the people are, and the way to join in. */
export function JudgingState({ runId }: { runId: string }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.judgement.get.queryOptions({ runId }));
  if (error) return <ErrorCallout error={error} onRetry={refetch} />;
  if (!data) return <Skeleton className="h-40" />;
  const { summary } = data;
  return (
    <div className="grid max-w-reading gap-3">
      <h3>Judging</h3>
      <p className="text-sm text-muted">
        People read both answers to a test question without knowing whose is whose, one vote a person and
        question; a question goes by the majority of its votes.
      </p>
      <Progress
        value={Math.min(summary.judged, JUDGED_FOR_VERDICT)}
        max={JUDGED_FOR_VERDICT}
        label={progressWords(summary)}
      />
      {summary.same > 0 ? (
        <p className="num text-sm text-muted">
          {formatCount(summary.same)} pairs are the same word for word: they count as judged, with nothing
          preferred.
        </p>
      ) : null}
      <Way judging={data} />
      {data.models.map((model) => (
        <p key={model.model} className="num text-sm text-muted">
          {modelWords(model)}
        </p>
      ))}
      {summary.needed === 0 && summary.judged < summary.items ? (
        <p className="text-sm text-muted">
          The verdict may still change: {formatCount(summary.items - summary.judged)} questions are not judged
          yet.
        </p>
      ) : null}
    </div>
  );
}

function Way({ judging }: { judging: Judging }) {
  const { mayJudge, left, own, runId, datanets } = judging;
  if (mayJudge && left > 0) {
    return (
      <p className="flex flex-wrap items-center gap-3">
        <LinkButton variant="primary" href={`/runs/${runId}/judge`}>
          {own === 0 ? "Judge its answers" : "Go on judging"}
        </LinkButton>
        <span className="num text-sm text-muted">
          {formatCount(own)} judged by you, {formatCount(left)} to go
        </span>
      </p>
    );
  }
  if (mayJudge) return <p className="num">You have judged every pair of this run.</p>;
  const open = datanets.find(({ contributeAccess }) => contributeAccess === "everyone");
  if (!open)
    return (
      <p className="text-sm text-muted">
        Members of {datanets[0]!.name} judge its answers, and who joins it is invited by its owner.
      </p>
    );
  return (
    <p className="flex flex-wrap items-center gap-3">
      <LinkButton href={`/datanets/${open.id}`}>Join to judge</LinkButton>
      <span className="text-sm text-muted">Members of {open.name} judge its answers.</span>
    </p>
  );
}

function progressWords({ judged, items, needed, votes, people }: Judging["summary"]): string {
  const by =
    votes === 0
      ? "nobody has voted yet"
      : `${formatCount(votes)} ${votes === 1 ? "vote" : "votes"} of ${people === 1 ? "one person" : `${people} people`}`;
  const rest = needed > 0 ? `, ${formatCount(needed)} more for a verdict` : "";
  return `${formatCount(judged)} of ${formatCount(items)} questions judged${rest}; ${by}`;
}

/** The judge model's own count, and how far it agrees with the people. */
function modelWords({
  model,
  tuned,
  base,
  asked,
  turned,
  agreed,
  compared,
  interval,
}: Judging["models"][number]): string {
  const said = `Judge model ${model}: adapter ${tuned}, base ${base} of ${asked}; on ${turned} it changed its mind with the order.`;
  if (!interval) return `${said} No question yet on which it can be compared with people.`;
  return (
    `${said} It agrees with the people on ${agreed} of ${compared} ` +
    `(95 % interval ${formatPoints(interval.low)} to ${formatPoints(interval.high)} of 100). It decides nothing.`
  );
}
