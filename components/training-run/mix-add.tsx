"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { ErrorCallout } from "@/components/common/error-callout";
import { formatCount } from "@/components/common/numbers";
import { type RouterOutputs, useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import type { Mix } from "./use-mix";

type Joinable = RouterOutputs["trainingRun"]["joinable"]["items"][number];

/** Finds another Datanet with a frozen version; one that does not go together says why in its row. */
export function MixAdd({ mix, onClose }: { mix: Mix; onClose: () => void }) {
  const trpc = useTRPC();
  const [search, setSearch] = useState("");
  const asked = useDeferredValue(search.trim());
  const { data, error, refetch } = useQuery(
    trpc.trainingRun.joinable.queryOptions(
      { snapshotIds: mix.snapshotIds, search: asked },
      { placeholderData: keepPreviousData },
    ),
  );
  return (
    <div className="rounded-md border border-line bg-surface p-4">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <Field label="Find a Datanet" className="min-w-0 flex-1 basis-64">
          <Input
            type="search"
            autoFocus
            maxLength={100}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            // The block stands inside a form: Enter here must not start a run.
            onKeyDown={(event) => {
              if (event.key === "Enter") event.preventDefault();
              if (event.key === "Escape") onClose();
            }}
          />
        </Field>
        <Button variant="ghost" onClick={onClose}>
          Done
        </Button>
      </div>
      {error ? <ErrorCallout error={error} onRetry={refetch} className="mt-3" /> : null}
      {!data && !error ? <Skeleton className="mt-3 h-24" /> : null}
      {data ? (
        <ul aria-label="Datanets to add" className="mt-3 divide-y divide-line border-y border-line">
          {data.items.map((item) => (
            <JoinableRow key={item.datanetId} item={item} mix={mix} />
          ))}
          {data.items.length === 0 ? (
            <li className="py-3 text-muted">
              {asked
                ? `No other Datanet with a frozen version is called “${asked}”.`
                : "No other Datanet has a frozen version yet."}
            </li>
          ) : null}
        </ul>
      ) : null}
      {data && data.total > data.items.length ? (
        <p className="mt-2 text-sm text-muted">
          {formatCount(data.items.length)} of {formatCount(data.total)} are listed; type a part of the name.
        </p>
      ) : null}
    </div>
  );
}

function JoinableRow({ item, mix }: { item: Joinable; mix: Mix }) {
  const [chosen, setChosen] = useState(item.versions[0]!.snapshotId);
  const version = item.versions.find(({ snapshotId }) => snapshotId === chosen) ?? item.versions[0]!;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
      <div className="min-w-0 flex-1 basis-64">
        <p className="break-words">{item.name}</p>
        <p className="num text-sm text-muted">
          {formatCount(version.train)} rows to train on, {formatCount(version.test)} test questions, licence{" "}
          {item.licence}
        </p>
        {item.problem ? <p className="mt-0.5 text-sm break-words text-warn">{item.problem}</p> : null}
      </div>
      {item.versions.length > 1 && !item.problem ? (
        <Select
          aria-label={`Version of ${item.name}`}
          className="w-auto"
          value={version.snapshotId}
          onChange={(event) => setChosen(event.target.value)}
        >
          {item.versions.map(({ snapshotId, number }) => (
            <option key={snapshotId} value={snapshotId}>
              Version {number}
            </option>
          ))}
        </Select>
      ) : null}
      {item.problem ? null : (
        <Button
          size="sm"
          aria-label={`Add ${item.name}`}
          onClick={() => mix.change({ with: [...mix.snapshotIds.slice(1), version.snapshotId] })}
        >
          Add
        </Button>
      )}
    </li>
  );
}
