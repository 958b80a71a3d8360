"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { RequireSignIn } from "@/components/account/require-sign-in";
import { EmptyState } from "@/components/common/empty-state";
import { ErrorCallout } from "@/components/common/error-callout";
import { formatCount } from "@/components/common/numbers";
import { shownError } from "@/components/common/shown-error";
import { VisibleText } from "@/components/contribution/visible-text";
import { RulesText } from "@/components/datanet/rules-text";
import { Key } from "@/components/review/key";
import { useShortcuts, useShortcutsSwitch } from "@/components/review/use-shortcuts";
import { type RouterOutputs, useTRPC } from "@/components/trpc/client";
import { Button, LinkButton } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Link } from "@/components/ui/link";
import { Progress } from "@/components/ui/progress";
import { Skeleton } from "@/components/ui/skeleton";
import type { BlindPreference } from "@/server/judgement/schemas";

type Claimed = RouterOutputs["judgement"]["claim"];

export function JudgeScreen({ runId }: { runId: string }) {
  return (
    <RequireSignIn purpose="judge">
      <Judge runId={runId} />
    </RequireSignIn>
  );
}

/** One pair after the other: the request, two answers, three keys. */
function Judge({ runId }: { runId: string }) {
  const trpc = useTRPC();
  const judging = useQuery(trpc.judgement.get.queryOptions({ runId }));
  const work = useJudging(runId);
  const [isKeyed, setIsKeyed] = useShortcutsSwitch();
  const { claimed, error, vote } = work;
  useShortcuts(isKeyed && claimed?.pair != null, {
    a: () => vote("a"),
    b: () => vote("b"),
    n: () => vote("tie"),
  });
  if (judging.error) return <ErrorCallout error={judging.error} onRetry={judging.refetch} />;
  if (!judging.data) return <Skeleton className="h-80" />;
  const { summary, datanets, left } = judging.data;
  const isDone = claimed !== null && claimed.pair === null;
  return (
    <>
      <header className="mb-6">
        <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
          <h1 className="text-lg">
            Judge a{" "}
            <Link href={`/runs/${runId}`} className="link">
              training run
            </Link>{" "}
            of {datanets[0]!.name}
          </h1>
          <p className="num text-sm text-muted" aria-live="polite">
            {formatCount(claimed?.left ?? left)} to go for you
          </p>
        </div>
        <Progress
          value={summary.judged}
          max={Math.max(1, summary.items)}
          isLabelHidden
          label={`${formatCount(summary.judged)} of ${formatCount(summary.items)} questions judged`}
        />
      </header>
      <div className="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_320px]">
        <div className="grid min-w-0 content-start gap-5">
          <ErrorCallout error={error} onRetry={work.next} />
          {isDone ? <Done runId={runId} /> : null}
          {claimed?.pair ? (
            <Pair pair={claimed.pair} isBusy={work.isBusy} isKeyed={isKeyed} onVote={vote} />
          ) : null}
          {claimed === null && !error ? <Skeleton className="h-60" /> : null}
        </div>
        <aside
          aria-label="Guidelines"
          className="grid content-start gap-5 border-t border-line pt-5 lg:border-t-0 lg:border-l lg:pt-0 lg:pl-6"
        >
          {datanets.map(({ id, name, guidelines }) => (
            <RulesText key={id} title={`Guidelines of ${name}`} text={guidelines} />
          ))}
          <Checkbox
            label="Use single keys"
            hint="A, B and N. Switch off if they get in the way of speech input or a screen reader."
            checked={isKeyed}
            onChange={(event) => setIsKeyed(event.target.checked)}
          />
        </aside>
      </div>
    </>
  );
}

/** What is held, and the vote that brings the next. */
function useJudging(runId: string) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [claimed, setClaimed] = useState<Claimed | null>(null);
  const claim = useMutation(trpc.judgement.claim.mutationOptions({ onSuccess: setClaimed }));
  const decide = useMutation(trpc.judgement.decide.mutationOptions());
  const { mutate } = claim;
  const next = useCallback(() => mutate({ runId }), [mutate, runId]);
  useEffect(() => next(), [next]);
  const isBusy = claim.isPending || decide.isPending;
  const vote = (preference: BlindPreference) => {
    if (!claimed?.pair || isBusy) return;
    decide.mutate(
      { judgementId: claimed.pair.judgementId, preference },
      {
        onSuccess: () => {
          next();
          queryClient.invalidateQueries(trpc.judgement.get.queryFilter({ runId }));
          queryClient.invalidateQueries(trpc.trainingRun.get.queryFilter({ runId }));
          queryClient.invalidateQueries(trpc.trainingRun.items.queryFilter());
        },
        // Judged in another tab.
        onError: (error) => shownError(error).code === "ALREADY_JUDGED" && next(),
      },
    );
  };
  return { claimed, isBusy, error: decide.error ?? claim.error, next, vote };
}

const CHOICES: { preference: BlindPreference; label: string; key: string }[] = [
  { preference: "a", label: "A is better", key: "A" },
  { preference: "b", label: "B is better", key: "B" },
  { preference: "tie", label: "Neither", key: "N" },
];

type PairProps = {
  pair: NonNullable<Claimed["pair"]>;
  isBusy: boolean;
  isKeyed: boolean;
  onVote: (preference: BlindPreference) => void;
};

function Pair({ pair, isBusy, isKeyed, onVote }: PairProps) {
  return (
    <article aria-label="Two answers to one request" className="grid gap-5">
      <div>
        <h2 className="text-sm font-normal text-muted">Request</h2>
        <p className="mt-1 max-w-reading text-lg">
          <VisibleText text={pair.prompt} />
        </p>
      </div>
      <div className="grid min-h-40 content-start gap-5 md:grid-cols-2">
        {(["a", "b"] as const).map((side) => (
          <section
            key={side}
            aria-label={`Answer ${side.toUpperCase()}`}
            className="min-w-0 border-l-2 border-line pl-4"
          >
            <h3 className="text-sm text-muted">Answer {side.toUpperCase()}</h3>
            <p className="mt-1 text-lg">
              {pair[side] ? (
                <VisibleText text={pair[side]} />
              ) : (
                <span className="text-muted">(It answered with nothing.)</span>
              )}
            </p>
          </section>
        ))}
      </div>
      <fieldset className="sticky bottom-0 z-10 flex flex-wrap gap-2 border-t border-line bg-canvas py-3">
        <legend className="sr-only">Which answer is better?</legend>
        {CHOICES.map(({ preference, label, key }) => (
          <Button
            key={preference}
            aria-keyshortcuts={key.toLowerCase()}
            aria-busy={isBusy}
            disabled={isBusy}
            onClick={() => onVote(preference)}
          >
            {label} <Key name={key} isShown={isKeyed} />
          </Button>
        ))}
      </fieldset>
    </article>
  );
}

function Done({ runId }: { runId: string }) {
  return (
    <EmptyState
      title="You have judged every pair"
      body="Thank you. The verdict counts your votes with those of the others."
      action={
        <LinkButton variant="primary" href={`/runs/${runId}`}>
          See the result
        </LinkButton>
      }
    />
  );
}
