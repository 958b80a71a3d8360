"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { personName } from "@/components/account/person";
import { ComputedNote } from "@/components/common/computed-note";
import { ErrorCallout } from "@/components/common/error-callout";
import { type RouterOutputs, SETTLED_MS, useTRPC } from "@/components/trpc/client";
import { Skeleton } from "@/components/ui/skeleton";
import { CAVEATS, type CountedOn } from "./counted-on";
import { type By, InfluenceBars } from "./influence-bars";
import { InfluenceExamples } from "./influence-examples";
import { influenceSentence } from "./influence-sentence";
import { marksOf } from "./marks";
import { Shares } from "./shares";
import { StandsOut } from "./stands-out";
import { type Traced, TracePanel } from "./trace-panel";

const POLL_MS = 1_500;

export type Influence = NonNullable<RouterOutputs["trainingRun"]["influence"]>;

const isUnderWay = (data: Traced | undefined) =>
  data !== undefined && (data.isRetraining || data.trace?.isFinal === false);

/** Whose rows helped, per person and per file, always as an estimate with its interval; a report asks for nothing. */
export function InfluenceSection({ runId, isReport = false }: { runId: string; isReport?: boolean }) {
  const trpc = useTRPC();
  const [by, setBy] = useState<By>("person");
  const [on, setOn] = useState<CountedOn>("all");
  const { data, error, refetch } = useQuery(
    trpc.trainingRun.influence.queryOptions(
      { runId },
      { staleTime: ({ state }) => (state.data ? SETTLED_MS : 0) },
    ),
  );
  const trace = useQuery(
    trpc.trainingRun.trace.queryOptions(
      { runId },
      { refetchInterval: ({ state }) => (isUnderWay(state.data) ? POLL_MS : false) },
    ),
  );
  if (error) return <ErrorCallout error={error} onRetry={refetch} />;
  if (data === null) return null;
  return (
    <section aria-labelledby="influence" className="grid grid-cols-1 gap-6">
      <div>
        <h2 id="influence" className="text-lg">
          Which data helped?
        </h2>
        <p className="mt-1 max-w-reading">
          {data
            ? influenceSentence(data.contributors.map((group) => ({ ...group, label: personName(group) })))
            : "Reading the scores…"}
        </p>
        <p className="mt-1 max-w-reading text-muted">
          These are an <em>estimate</em>, computed from the training’s own checkpoints and not by training
          again without anyone’s rows. {CAVEATS[on]} Read rank and sign, not decimals.
        </p>
        <ComputedNote className="mt-1">
          The figures are the estimated change of the loss on the sealed questions, in nats per answer token:
          one nat less means that each word of the right answer became about 2.7 times as likely. They come
          from damped Fisher influence functions over the training’s checkpoints, their intervals from
          resampling the questions.
        </ComputedNote>
      </div>
      {data ? (
        <InfluenceBars
          influence={data}
          by={by}
          onBy={setBy}
          on={on}
          onCountedOn={setOn}
          marks={marksOf(trace.data)}
        />
      ) : (
        <Skeleton className="h-48" />
      )}
      {trace.data ? (
        <TracePanel runId={runId} data={trace.data} bars={data?.contributors ?? []} isReport={isReport} />
      ) : null}
      {data ? <Shares runId={runId} /> : null}
      {data && !isReport ? <StandsOut runId={runId} influence={data} /> : null}
      {data ? <InfluenceExamples examples={data.examples} /> : null}
    </section>
  );
}
