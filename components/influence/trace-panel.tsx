"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ComputedNote } from "@/components/common/computed-note";
import { ErrorCallout } from "@/components/common/error-callout";
import { formatCount, formatSeconds } from "@/components/common/numbers";
import { JoinButton } from "@/components/datanet/join-button";
import { checkProgress, timeRange } from "@/components/training-run/run-words";
import { type RouterOutputs, useTRPC } from "@/components/trpc/client";
import { useAccount } from "@/components/trpc/use-account";
import { Button, LinkButton } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Progress } from "@/components/ui/progress";
import { TraceCategories } from "./trace-categories";
import { agreementSentence, notReliable, retrainAgreementSentence, retrainedSentence } from "./trace-words";

export type Traced = RouterOutputs["trainingRun"]["trace"];
export type TraceResult = NonNullable<NonNullable<Traced["trace"]>["result"]>;

type Props = {
  runId: string;
  data: Traced;
  bars: readonly { id: string; low: number; high: number }[];
  isReport: boolean;
};

/** How far the bars can be trusted: what the whole training, followed back to its rows, says beside them. */
export function TracePanel({ runId, data, bars, isReport }: Props) {
  const { trace, retrained, retrainAgreement } = data;
  const checked = retrainedSentence(retrained, bars, trace?.result?.contributors ?? []);
  if (!trace && !data.isTraceable && !checked && !retrainAgreement) return null;
  return (
    <section aria-labelledby="trace" className="grid grid-cols-1 gap-3">
      <h3 id="trace">How far can the bars be trusted?</h3>
      {trace?.result ? <Agreement result={trace.result} /> : null}
      {retrainAgreement?.isReliable === false ? (
        <Callout tone="warn" title="Scores not reliable here">
          {notReliable({ by: "retrains" })}
        </Callout>
      ) : null}
      {retrainAgreement ? (
        <p className="num max-w-reading">{retrainAgreementSentence(retrainAgreement)}</p>
      ) : null}
      {checked ? <p className="max-w-reading">{checked}</p> : null}
      {trace?.result ? <Found result={trace.result} /> : null}
      {trace && !trace.isFinal && !isReport ? <UnderWay runId={runId} trace={trace} /> : null}
      {trace?.problem ? (
        <Callout tone="warn" title={trace.problem.message}>
          {trace.problem.fix}
        </Callout>
      ) : null}
      {data.isTraceable && !isReport && (!trace || (trace.isFinal && !trace.result)) ? (
        <Ask runId={runId} data={data} />
      ) : null}
    </section>
  );
}

function Agreement({ result }: { result: TraceResult }) {
  const { agreement } = result;
  return (
    <>
      {agreement?.isReliable === false ? (
        <Callout tone="warn" title="Scores not reliable here">
          {notReliable(agreement)}
        </Callout>
      ) : null}
      {result.isRough ? (
        <Callout tone="warn" title="This trace is rough">
          The run was trained with settings (AdamW’s eps) under which no small change of a row’s weight is
          small in the training, so the diamonds say little. Only training again without somebody’s rows
          tells. New runs on the tiny base train in a way that can be traced.
        </Callout>
      ) : null}
      <p className="num max-w-reading">{agreement ? agreementSentence(agreement) : null}</p>
    </>
  );
}

function Found({ result }: { result: TraceResult }) {
  return (
    <>
      <TraceCategories result={result} />
      <ComputedNote>
        The training was taken again through its {formatCount(result.steps)} steps
        {result.isEqual ? ", which gave the run’s adapter to the bit," : ""} and differentiated backwards by
        the weight of each row (method {result.method}, after MAGIC, arXiv 2504.16430). Totals are of the{" "}
        {formatCount(result.items)} sealed questions. {result.interval} It took{" "}
        {formatSeconds(result.seconds)}. It says what a little less weight of the rows would do, and for many
        rows at once it is an estimate too; only training again without them is proof. File {result.sha256}.
      </ComputedNote>
    </>
  );
}

function UnderWay({ runId, trace }: { runId: string; trace: NonNullable<Traced["trace"]> }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const cancel = useMutation(
    trpc.trainingRun.cancel.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.trainingRun.trace.queryFilter({ runId })),
    }),
  );
  const { done = 0, total = 0 } = trace.progress ?? {};
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-64">
          <Progress value={total > 0 ? done : null} max={total || 1} label={checkProgress(trace.progress)} />
        </div>
        {trace.isMine ? (
          <Button
            size="sm"
            isBusy={cancel.isPending}
            disabled={trace.isCancelRequested}
            onClick={() => cancel.mutate({ runId: trace.id })}
          >
            {trace.isCancelRequested ? "Stopping…" : "Cancel the trace"}
          </Button>
        ) : null}
      </div>
      <p className="text-sm text-muted">You may close this page; the trace goes on.</p>
      {cancel.error ? <ErrorCallout error={cancel.error} /> : null}
    </>
  );
}

function Ask({ runId, data }: { runId: string; data: Traced }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { account } = useAccount();
  const start = useMutation(
    trpc.trainingRun.startTrace.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.trainingRun.trace.queryFilter({ runId })),
    }),
  );
  const { estimate } = data;
  return (
    <>
      <p className="max-w-reading text-muted">
        The bars look at a few points of the training only. The whole of it can be taken again, step by step,
        and followed back to every row; then it is known how far the bars can be trusted here. It takes{" "}
        {estimate
          ? `about ${timeRange(estimate.lowSeconds, estimate.highSeconds)}`
          : "several trainings’ time"}
        , in the background, and waits behind every training.
        {data.willBeRough
          ? " With the settings of this run (AdamW’s eps) a trace is rough and could judge nothing; a new run on the tiny base can be traced well."
          : null}
      </p>
      <div className="flex flex-wrap gap-3">
        {account === null ? (
          <LinkButton href={`/sign-in?next=${encodeURIComponent(`/runs/${runId}`)}`}>
            Sign in to trace
          </LinkButton>
        ) : data.notJoined.length > 0 ? (
          data.notJoined.map(({ id, ...datanet }) => <JoinButton key={id} datanetId={id} {...datanet} />)
        ) : (
          <Button isBusy={start.isPending} busyLabel="Asking…" onClick={() => start.mutate({ runId })}>
            Trace the whole training
          </Button>
        )}
      </div>
      {start.error ? <ErrorCallout error={start.error} /> : null}
    </>
  );
}
