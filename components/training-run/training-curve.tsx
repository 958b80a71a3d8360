"use client";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { ChartFrame } from "@/components/common/chart-frame";
import { ComputedNote } from "@/components/common/computed-note";
import { ErrorCallout } from "@/components/common/error-callout";
import { formatCount } from "@/components/common/numbers";
import { WhenNear } from "@/components/common/when-near";
import { type RouterOutputs, useTRPC } from "@/components/trpc/client";
import { Skeleton } from "@/components/ui/skeleton";
import type { Run } from "./run-words";

export type Curve = RouterOutputs["trainingRun"]["curve"];

/** The chart library is the largest part of this page: it comes when somebody reads that far. */
const LossChart = dynamic(() => import("./loss-chart").then((module) => module.LossChart), {
  ssr: false,
  loading: () => <Skeleton className="h-64" />,
});

const POLL_MS = 2_000;

/** How wrong the adapter still is, step by step, with what it answers meanwhile; in a report the curve alone, at once. */
export function TrainingCurve({ run, isReport = false }: { run: Run; isReport?: boolean }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.trainingRun.curve.queryOptions(
      { runId: run.id },
      { refetchInterval: run.status === "training" ? POLL_MS : false },
    ),
  );
  if (error) return <ErrorCallout error={error} onRetry={refetch} />;
  if (!data) return <Skeleton className="h-72" />;
  if (data.points.length === 0) return null;
  return (
    <section className="grid gap-6">
      <ChartFrame
        title="How wrong it still is"
        summary={summarize(data)}
        columns={[
          { key: "step", label: "Step", isNumeric: true },
          { key: "train", label: "Error on training rows", isNumeric: true },
          { key: "validation", label: "Error on rows kept aside", isNumeric: true },
        ]}
        rows={data.points.map(({ step, trainLoss, validationLoss }) => ({
          step,
          train: round(trainLoss),
          validation: round(validationLoss),
        }))}
      >
        {isReport ? (
          <LossChart curve={data} />
        ) : (
          <WhenNear className="h-64">
            <LossChart curve={data} />
          </WhenNear>
        )}
      </ChartFrame>
      <ComputedNote className="-mt-3">
        The error is the cross-entropy loss of the answer alone, in nats per answer token: 0 is certain of
        each word, 0.7 gives it an even chance.
      </ComputedNote>
      {data.samples.length > 0 && !isReport ? <Samples samples={data.samples} /> : null}
    </section>
  );
}

const round = (value: number | null) => (value === null ? null : Math.round(value * 10_000) / 10_000);

function summarize({ points, totalSteps, attempt }: Curve): string {
  const held = points.filter((point) => point.validationLoss !== null);
  const first = held[0]?.validationLoss;
  const best = held.reduce<(typeof held)[number] | undefined>(
    (a, b) => (a && a.validationLoss! <= b.validationLoss! ? a : b),
    undefined,
  );
  const steps = `${formatCount(points.at(-1)!.step)} of ${formatCount(totalSteps ?? points.at(-1)!.step)} steps.`;
  const again = attempt && attempt > 1 ? " It was interrupted and went on from where it was." : "";
  if (first === null || first === undefined || !best) return `${steps} Lower is better.${again}`;
  return (
    `${steps} On rows kept aside the error went from ${first.toFixed(2)} to ${best.validationLoss!.toFixed(2)}, ` +
    `lowest at step ${formatCount(best.step)}, which is the adapter that is kept. Lower is better.${again}`
  );
}

function Samples({ samples }: { samples: Curve["samples"] }) {
  return (
    <div>
      <h3>What it answers now</h3>
      <ul className="mt-2 divide-y divide-line border-y border-line">
        {samples.map((sample) => (
          <li
            key={sample.prompt}
            className="grid gap-x-6 gap-y-0.5 py-2 sm:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]"
          >
            <p className="break-words">{sample.prompt}</p>
            <p className="break-words">
              {sample.answer || "(nothing)"}
              {sample.answer === sample.expected ? (
                <span className="text-muted"> (as expected)</span>
              ) : (
                <span className="text-muted"> (expected: {sample.expected})</span>
              )}
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}
