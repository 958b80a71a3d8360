"use client";
import { useState } from "react";
import { ErrorCallout } from "@/components/common/error-callout";
import { formatCount } from "@/components/common/numbers";
import { Stat } from "@/components/common/stat";
import { JoinButton } from "@/components/datanet/join-button";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Skeleton } from "@/components/ui/skeleton";
import { MOST_SNAPSHOTS } from "@/db/schema/training-run.constants";
import { MixAdd } from "./mix-add";
import { MixPeople } from "./mix-people";
import { droppedRows, droppedSentence } from "./mix-words";
import type { Mix, MixData } from "./use-mix";

/** Which Datanets and whose rows a run is trained on, and what they come to together. */
export function MixBlock({ mix }: { mix: Mix }) {
  const [isAdding, setIsAdding] = useState(false);
  const { data, counts } = mix;
  return (
    <section aria-labelledby="mix" className="grid grid-cols-1 gap-4">
      <div>
        <h2 id="mix" className="text-lg">
          Datanets in this run
        </h2>
        <p className="mt-1 max-w-reading text-muted">
          One run may learn from several Datanets. Each keeps its test: no row of any of them that meets a
          test question is trained on.
        </p>
      </div>
      {counts.error ? <ErrorCallout error={counts.error} onRetry={counts.refetch} /> : null}
      {data ? <SourceList mix={mix} sources={data.sources} /> : <Skeleton className="h-16" />}
      {isAdding ? <MixAdd mix={mix} onClose={() => setIsAdding(false)} /> : null}
      {!isAdding && mix.snapshotIds.length < MOST_SNAPSHOTS ? (
        <div>
          <Button onClick={() => setIsAdding(true)}>Add a Datanet</Button>
        </div>
      ) : null}
      {data?.problem ? (
        <Callout tone="error" title={data.problem.message}>
          {data.problem.fix}
        </Callout>
      ) : null}
      {data ? <MixPeople mix={mix} people={data.contributors} /> : null}
      {data && !data.problem ? <Totals data={data} isStale={counts.isPlaceholderData} /> : null}
    </section>
  );
}

function SourceList({ mix, sources }: { mix: Mix; sources: MixData["sources"] }) {
  return (
    <ul aria-label="Chosen Datanets" className="divide-y divide-line border-y border-line">
      {sources.map((source, i) => (
        <li key={source.snapshotId} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
          <div className="min-w-0 flex-1 basis-64">
            <p className="break-words">
              {source.name} <span className="text-muted">version {source.version}</span>
            </p>
            <p className="num text-sm text-muted">
              {formatCount(source.train)} rows to train on, {formatCount(source.test)} test questions, licence{" "}
              {source.licence}
            </p>
          </div>
          {source.isMember ? null : <JoinButton {...source} />}
          {i > 0 ? (
            <Button
              size="sm"
              aria-label={`Take out ${source.name}`}
              onClick={() =>
                mix.change({ with: mix.snapshotIds.slice(1).filter((id) => id !== source.snapshotId) })
              }
            >
              Take out
            </Button>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function Totals({ data, isStale }: { data: MixData; isStale: boolean }) {
  const dropped = droppedSentence(data.dropped);
  return (
    <div aria-live="polite" aria-busy={isStale}>
      <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
        <Stat label="Rows to train on" value={formatCount(data.trainRows)} />
        <Stat label="Test questions" value={formatCount(data.items)} note="all kept apart" />
        {data.dropped ? (
          <Stat label="Rows kept apart" value={formatCount(droppedRows(data.dropped))} />
        ) : null}
        <Stat label="Licence of the adapter" value={data.licence} />
      </dl>
      {dropped ? <p className="mt-2 max-w-reading text-sm text-muted">{dropped}</p> : null}
    </div>
  );
}
