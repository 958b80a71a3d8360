"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { personName } from "@/components/account/person";
import { ChartFrame } from "@/components/common/chart-frame";
import { ErrorCallout } from "@/components/common/error-callout";
import { formatCount } from "@/components/common/numbers";
import { WhiskerBars } from "@/components/common/whisker-bars";
import { type RouterOutputs, useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { InfluenceExamples } from "./influence-examples";
import { influenceSentence } from "./influence-sentence";

export type Influence = NonNullable<RouterOutputs["trainingRun"]["influence"]>;

const UNIT = "Nats per answer token of sealed test loss, positive = helped; an estimate";

/** Whose rows helped, per person and per file, always as an estimate with its interval. */
export function InfluenceSection({ runId }: { runId: string }) {
  const trpc = useTRPC();
  const [by, setBy] = useState<"person" | "file">("person");
  const { data, error, refetch } = useQuery(trpc.trainingRun.influence.queryOptions({ runId }));
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
            ? influenceSentence(data.contributors.map((c) => ({ ...c, label: personName(c) })))
            : "Reading the scores…"}
        </p>
        <p className="mt-1 max-w-reading text-muted">
          These are an <em>estimate</em>, computed from the training’s own checkpoints and not by training
          again without anyone’s rows; how well it agrees with such retrains was not measured on this run.
          What review let into the test counts as right: a file with wrong questions in the test is credited
          for rows like them. One nat less loss means that the right answer’s words became about 2.7 times as
          likely. Read rank and sign, not decimals.
        </p>
      </div>
      {data ? <Bars influence={data} by={by} onChange={setBy} /> : <Skeleton className="h-48" />}
      {data ? <InfluenceExamples examples={data.examples} /> : null}
    </section>
  );
}

type BarsProps = { influence: Influence; by: "person" | "file"; onChange: (by: "person" | "file") => void };

function Bars({ influence, by, onChange }: BarsProps) {
  const groups =
    by === "person"
      ? influence.contributors.map((group) => ({ ...group, label: personName(group) }))
      : influence.contributions.map((group) => ({
          ...group,
          label: `${group.fileName} (${personName(group)})`,
        }));
  return (
    <div>
      <fieldset className="mb-3 flex gap-1.5">
        <legend className="sr-only">Totals by</legend>
        {(["person", "file"] as const).map((choice) => (
          <Button
            key={choice}
            size="sm"
            variant={choice === by ? "secondary" : "ghost"}
            aria-pressed={choice === by}
            onClick={() => onChange(choice)}
          >
            By {choice}
          </Button>
        ))}
      </fieldset>
      <ChartFrame
        title={by === "person" ? "Estimated influence by contributor" : "Estimated influence by contribution"}
        summary="Bars are the estimate, whiskers its 95 % interval, sorted by the lower end. Only the sealed part of the test is counted."
        columns={[
          { key: "label", label: by === "person" ? "Contributor" : "Contribution" },
          { key: "rows", label: "Rows", isNumeric: true },
          { key: "value", label: "Estimate (nats per answer token)", isNumeric: true },
          { key: "low", label: "Low", isNumeric: true },
          { key: "high", label: "High", isNumeric: true },
          { key: "sign", label: "Sign" },
        ]}
        rows={groups.map(({ label, rows, value, low, high, sign }) => ({
          label,
          rows,
          value: digits(value),
          low: digits(low),
          high: digits(high),
          sign: SIGNS[sign],
        }))}
      >
        <WhiskerBars
          unit={UNIT}
          items={groups.map(({ id, label, rows, value, low, high }) => ({
            label,
            value,
            low,
            high,
            note: `${formatCount(rows)} training rows`,
            ...(by === "file" ? { href: `/contributions/${id}` } : {}),
          }))}
        />
      </ChartFrame>
    </div>
  );
}

const SIGNS = { "+": "helped", "-": "hurt", "0": "not known" };
const digits = (value: number) => Number(value.toPrecision(3));
