"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { personName } from "@/components/account/person";
import { ErrorCallout } from "@/components/common/error-callout";
import { formatSigned } from "@/components/common/numbers";
import { StatusBadge } from "@/components/common/status-badge";
import { RUN_STATUS, shownStatus } from "@/components/datanet/words";
import { useTRPC } from "@/components/trpc/client";
import { Button, LinkButton } from "@/components/ui/button";
import { Progress } from "@/components/ui/progress";
import type { Removals } from "./removal-checks";
import { agreementSentence, othersSentence, pairedHeadline } from "./removal-words";
import { checkProgress, type Run } from "./run-words";
import { againHref } from "./train-link";

type Item = Removals["items"][number];

/** One check: where it is, or what it found beside the estimate. */
export function RemovalRow({ run, item }: { run: Run; item: Item }) {
  const name = personName(item.contributor);
  return (
    <li className="grid grid-cols-1 gap-2 py-3">
      <p className="flex flex-wrap items-center gap-x-3">
        <span className="font-medium">Without {name}</span>
        {item.result ? null : <StatusBadge {...shownStatus(RUN_STATUS, item.status)} />}
      </p>
      {item.isFinal ? null : <UnderWay run={run} item={item} />}
      {item.problem ? (
        <p>
          {item.problem.message} <span className="text-muted">{item.problem.fix}</span>
        </p>
      ) : null}
      {item.result ? <Found run={run} item={item} result={item.result} /> : null}
    </li>
  );
}

function UnderWay({ run, item }: { run: Run; item: Item }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const cancel = useMutation(
    trpc.trainingRun.cancel.mutationOptions({
      onSuccess: () =>
        queryClient.invalidateQueries(trpc.trainingRun.removals.queryFilter({ runId: run.id })),
    }),
  );
  const { done = 0, total = 0 } = item.progress ?? {};
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-64">
          <Progress value={total > 0 ? done : null} max={total || 1} label={checkProgress(item.progress)} />
        </div>
        {item.isMine ? (
          <Button
            size="sm"
            isBusy={cancel.isPending}
            disabled={item.isCancelRequested}
            onClick={() => cancel.mutate({ runId: item.id })}
          >
            {item.isCancelRequested ? "Stopping…" : "Cancel the check"}
          </Button>
        ) : null}
      </div>
      {cancel.error ? <ErrorCallout error={cancel.error} /> : null}
    </>
  );
}

function Found({ run, item, result }: { run: Run; item: Item; result: NonNullable<Item["result"]> }) {
  const { estimate } = item;
  const name = personName(item.contributor);
  const pays = result.sign === "-" || result.othersSign === "-";
  return (
    <>
      <p className="num max-w-reading">{pairedHeadline(result.all)}.</p>
      {result.others.n < result.all.n ? (
        <p className="num max-w-reading">{othersSentence(name, result.others, result.othersSign)}</p>
      ) : null}
      {estimate ? (
        <p className="num text-sm text-muted">
          The estimate on all questions was {formatSigned(estimate.value)} ({formatSigned(estimate.low)} to{" "}
          {formatSigned(estimate.high)}); above zero means that the rows helped.
        </p>
      ) : null}
      <p className="max-w-reading font-medium">{agreementSentence(name, result, estimate?.sign ?? null)}</p>
      <div className="flex flex-wrap gap-2">
        <LinkButton size="sm" href={`/runs/compare?a=${run.id}&b=${item.id}`}>
          Compare in full
        </LinkButton>
        {pays ? (
          <LinkButton size="sm" variant="primary" href={againHref(run, item.contributor.id)}>
            Try again without {name}
          </LinkButton>
        ) : null}
      </div>
    </>
  );
}
