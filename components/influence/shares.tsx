"use client";
import { useQuery } from "@tanstack/react-query";
import { personName } from "@/components/account/person";
import { ComputedNote } from "@/components/common/computed-note";
import { ErrorCallout } from "@/components/common/error-callout";
import { FigureFiles } from "@/components/common/figure-files";
import { formatCount } from "@/components/common/numbers";
import { type RouterOutputs, useTRPC } from "@/components/trpc/client";
import { Skeleton } from "@/components/ui/skeleton";
import { Table, Td, Th } from "@/components/ui/table";
import { sharesSentence } from "./shares-words";

type Shares = NonNullable<RouterOutputs["trainingRun"]["shares"]>;

const TITLE = "Shares by contributor";
const NUMBERS = [
  { key: "clusters", label: "Clusters first brought" },
  { key: "certain", label: "Certain" },
  { key: "pool", label: "Of the equal pool" },
  { key: "total", label: "Share" },
  { key: "most", label: "Estimate’s upper end" },
] as const;

/** How the estimate would be divided among contributors: what is certain, and what is nobody's. */
export function Shares({ runId }: { runId: string }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.trainingRun.shares.queryOptions({ runId }));
  if (error) return <ErrorCallout error={error} onRetry={refetch} />;
  if (data === null) return null;
  return (
    <section aria-labelledby="shares" className="grid grid-cols-1 gap-3">
      <div className="flex flex-wrap items-start justify-between gap-x-6">
        <h3 id="shares">{TITLE}</h3>
        {data ? (
          <div className="flex gap-1">
            <FigureFiles figure={figureOf(data)} />
          </div>
        ) : null}
      </div>
      {data ? <Loaded shares={data} /> : <Skeleton className="h-48" />}
    </section>
  );
}

function Loaded({ shares }: { shares: Shares }) {
  return (
    <>
      <p className="num max-w-reading">{sharesSentence(shares)}</p>
      <Table caption={TITLE}>
        <thead>
          <tr>
            <Th>Contributor</Th>
            {NUMBERS.map(({ key, label }) => (
              <Th key={key} isNumeric>
                {label}
              </Th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shares.people.map((person) => (
            <tr key={person.id}>
              <Td className="max-w-40 truncate">{personName(person)}</Td>
              {NUMBERS.map(({ key }) => (
                <Td key={key} isNumeric className={key === "total" ? "font-medium" : undefined}>
                  {formatCount(person[key])}
                </Td>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
      <ComputedNote>
        Points of 10,000, whole numbers that sum exactly (largest remainder); method {shares.method}. Certain
        is the lower end of a contributor’s 95 % interval where a sign is claimed, against the sum of all
        estimates above zero; the upper end is in the same measure. What hurt is not charged. The influence of
        a near-copy stays with whoever gave it; only the pool goes by who was first. Influence at the trained
        adapter ranks contributors; it does not say how much of the improvement is whose. That takes training
        again without them: <code className="font-mono">npm run factory -- divide RUN_DIR</code> computes
        Shapley values for a run made in a shell. Nothing is paid by these shares.
      </ComputedNote>
    </>
  );
}

const figureOf = ({ people }: Shares) => ({
  title: TITLE,
  columns: [
    { key: "name", label: "Contributor" },
    ...NUMBERS.map(({ key, label }) => ({ key, label, isNumeric: true })),
  ],
  rows: people.map(({ clusters, certain, pool, total, most, ...person }) => ({
    name: personName(person),
    ...{ clusters, certain, pool, total, most },
  })),
});
