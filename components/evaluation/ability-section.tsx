"use client";
import { useQuery } from "@tanstack/react-query";
import { ChartFrame } from "@/components/common/chart-frame";
import { ComputedNote } from "@/components/common/computed-note";
import { ErrorCallout } from "@/components/common/error-callout";
import { type DotItem, IntervalDots } from "@/components/common/interval-dots";
import { formatCount, formatPoints } from "@/components/common/numbers";
import { StatusBadge, type StatusTone } from "@/components/common/status-badge";
import { type RouterOutputs, SETTLED_MS, useTRPC } from "@/components/trpc/client";
import { Skeleton } from "@/components/ui/skeleton";
import type { Kept } from "@/server/evaluation/schemas";
import { ABILITY_NAMES, abilitySentence, KEPT_WORDS } from "@/server/evaluation/words";
import { AbilityAnswers } from "./ability-answers";

export type Ability = NonNullable<RouterOutputs["trainingRun"]["ability"]>;
type Compared = Ability["overall"];

const TONES: Record<Kept, { badge: StatusTone; dot: DotItem["tone"] }> = {
  held: { badge: "good", dot: "good" },
  lost: { badge: "bad", dot: "bad" },
  cannot_tell: { badge: "warn", dot: "none" },
  too_little: { badge: "neutral", dot: "none" },
};
const nameOf = (ability: string) => ABILITY_NAMES[ability] ?? ability;

/** What training on one task did to everything else: base and adapter on the fixed suite, against a margin. */
export function AbilitySection({ runId }: { runId: string }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.trainingRun.ability.queryOptions(
      { runId },
      { staleTime: ({ state }) => (state.data ? SETTLED_MS : 0) },
    ),
  );
  if (error) return <ErrorCallout error={error} onRetry={refetch} />;
  if (data === null) return null;
  return (
    <section aria-labelledby="ability" className="grid grid-cols-1 gap-6">
      <div>
        <h2 id="ability" className="mb-2 text-lg">
          Did it lose general ability?
        </h2>
        {data ? (
          <>
            <StatusBadge
              label={KEPT_WORDS[data.overall.verdict]}
              tone={TONES[data.overall.verdict].badge}
              className="font-semibold"
            />
            <p className="mt-2 max-w-reading">{abilitySentence(data.overall, data.margin)}</p>
            {data.overall.verdict === "lost" ? (
              <p className="mt-1 max-w-reading text-muted">
                It matters where the adapter is also to talk about other things. For its own task the verdict
                above counts.
              </p>
            ) : null}
            <Computed ability={data} />
          </>
        ) : (
          <Skeleton className="h-16" />
        )}
      </div>
      {data ? <AbilityDots ability={data} /> : <Skeleton className="h-72" />}
      {data ? <AbilityAnswers items={data.items} /> : null}
    </section>
  );
}

function AbilityDots({ ability: { overall, abilities, margin } }: { ability: Ability }) {
  const all = [
    { name: "Everything", ...overall },
    ...abilities.map((one) => ({ ...one, name: nameOf(one.name) })),
  ];
  return (
    <ChartFrame
      title="General ability before and after"
      summary={`Change in right answers, with its 90 % interval: each end is at one-sided 5 %. Held when the whole interval lies above a loss of ${formatPoints(margin)} in 100.`}
      columns={[
        { key: "name", label: "Ability" },
        { key: "n", label: "Questions", isNumeric: true },
        { key: "before", label: "Right before", isNumeric: true },
        { key: "after", label: "Right after", isNumeric: true },
        { key: "difference", label: "Difference, of 100", isNumeric: true },
        { key: "low", label: "Low", isNumeric: true },
        { key: "high", label: "High", isNumeric: true },
        { key: "verdict", label: "Verdict" },
      ]}
      rows={all.map((one) => ({
        name: one.name,
        n: one.n,
        before: one.before,
        after: one.after,
        difference: tenth(one.difference),
        low: tenth(one.low),
        high: tenth(one.high),
        verdict: KEPT_WORDS[one.verdict],
      }))}
    >
      <IntervalDots
        groups={[{ name: null, items: all.map((one) => dotOf(one.name, one)) }]}
        marks={[{ at: -margin, label: `the margin, ${formatPoints(margin)} in 100` }]}
        unit="Points of 100 questions, after less before"
      />
    </ChartFrame>
  );
}

const dotOf = (label: string, one: Compared): DotItem => ({
  label,
  value: one.difference,
  low: one.low,
  high: one.high,
  tone: TONES[one.verdict].dot,
  word: KEPT_WORDS[one.verdict],
  note: `${formatCount(one.before)} → ${formatCount(one.after)} of ${formatCount(one.n)}`,
});
const tenth = (fraction: number) => Math.round(fraction * 1000) / 10;

function Computed({ ability: { suite, margin, overall } }: { ability: Ability }) {
  return (
    <ComputedNote className="mt-1">
      {formatCount(suite.items)} fixed questions, suite {suite.version}, hash {suite.sha256.slice(0, 12)}…,
      asked of base and adapter in the same way. Held: not worse by more than {formatPoints(margin)} in 100
      (paired score test of Tango, one-sided 5 %, p = {overall.pValue.toPrecision(2)}). Lost: that is not
      shown, and even the upper end of the interval is below zero. Where what the base knows beyond guessing (
      {formatPoints(overall.chance)} of 100 on all) is within the margin, nothing can be lost. Licence:{" "}
      {suite.licence}.
    </ComputedNote>
  );
}
