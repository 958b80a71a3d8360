"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { personName } from "@/components/account/person";
import { ErrorCallout } from "@/components/common/error-callout";
import { FigureFiles } from "@/components/common/figure-files";
import { formatCount, formatSeconds } from "@/components/common/numbers";
import { JoinButton } from "@/components/datanet/join-button";
import { type RouterOutputs, useTRPC } from "@/components/trpc/client";
import { useAccount } from "@/components/trpc/use-account";
import { Button, LinkButton } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { removalFigure } from "./removal-figure";
import { RemovalRow } from "./removal-row";
import type { Run } from "./run-words";

export type Removals = RouterOutputs["trainingRun"]["removals"];

const POLL_MS = 1_500;
/** Checks that are shown at first. */
const NEWEST = 6;

/**
 * Trains a finished run again without one contributor, in the background, and sets what comes out beside the estimate;
 * a report tells what was found and asks for nothing.
 */
export function RemovalChecks({ run, isReport = false }: { run: Run; isReport?: boolean }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.trainingRun.removals.queryOptions(
      { runId: run.id },
      {
        refetchInterval: ({ state }) => (state.data?.items.some(({ isFinal }) => !isFinal) ? POLL_MS : false),
      },
    ),
  );
  if (error) return <ErrorCallout error={error} onRetry={refetch} />;
  if (data && data.contributors.length < 2) return null;
  const { training = 0, evaluating = 0 } = run.stageSeconds;
  return (
    <section aria-labelledby="removal" className="grid grid-cols-1 gap-4">
      <div>
        <h2 id="removal" className="text-lg">
          Does the estimate hold?
        </h2>
        <p className="mt-1 max-w-reading text-muted">
          The only proof is training again without somebody’s rows, everything else equal. It takes about{" "}
          {formatSeconds(training + evaluating)}, waits behind every training, is measured on the same test
          and is never published.
        </p>
      </div>
      {data ? (
        <>
          {isReport ? null : <Choose run={run} data={data} />}
          {data.items.length > 0 ? <Checks run={run} items={data.items} isWholeAtFirst={isReport} /> : null}
          {isReport && data.items.length === 0 ? (
            <p className="max-w-reading">
              No training without somebody’s rows was made, so the estimate above is unchecked by retraining.
            </p>
          ) : null}
        </>
      ) : (
        <Skeleton className="h-16" />
      )}
    </section>
  );
}

type ChecksProps = { run: Run; items: Removals["items"]; isWholeAtFirst: boolean };

/** The newest of them; the earlier ones on a press. */
function Checks({ run, items, isWholeAtFirst }: ChecksProps) {
  const [isWhole, setIsWhole] = useState(isWholeAtFirst);
  const shown = isWhole ? items : items.slice(-NEWEST);
  const earlier = items.length - shown.length;
  return (
    <div className="grid grid-cols-1 gap-3">
      {earlier > 0 ? (
        <div>
          <Button size="sm" onClick={() => setIsWhole(true)}>
            Show the {formatCount(earlier)} earlier
          </Button>
        </div>
      ) : null}
      <div className="flex justify-end gap-1">
        <FigureFiles figure={removalFigure(items)} />
      </div>
      <ul aria-label="Checks by retraining" className="divide-y divide-line border-y border-line">
        {shown.map((item) => (
          <RemovalRow key={item.id} run={run} item={item} />
        ))}
      </ul>
    </div>
  );
}

function Choose({ run, data }: { run: Run; data: Removals }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { account } = useAccount();
  const own = useQuery(trpc.trainingRun.ownItems.queryOptions({ runId: run.id }));
  const done = new Set(
    data.items
      .filter(({ status }) => status !== "failed" && status !== "cancelled")
      .map(({ contributor }) => contributor.id),
  );
  const open = data.contributors.filter(({ id }) => !done.has(id));
  const [wanted, setWanted] = useState<string | null>(null);
  const standsOut = own.data?.find(({ isLower, id }) => isLower && open.some((person) => person.id === id));
  const chosen =
    open.find(({ id }) => id === wanted) ?? open.find(({ id }) => id === standsOut?.id) ?? open[0];
  const start = useMutation(
    trpc.trainingRun.startRemoval.mutationOptions({
      onSuccess: () => {
        setWanted(null);
        return Promise.all([
          queryClient.invalidateQueries(trpc.trainingRun.removals.queryFilter({ runId: run.id })),
          queryClient.invalidateQueries(trpc.trainingRun.trace.queryFilter({ runId: run.id })),
        ]);
      },
    }),
  );
  if (!chosen) return <p className="text-muted">Everyone’s rows have been checked.</p>;
  return (
    <div className="grid grid-cols-1 gap-3">
      <div className="flex flex-wrap items-end gap-3">
        <Field label="Without" className="w-64 max-w-full">
          <Select value={chosen.id} onChange={(event) => setWanted(event.target.value)}>
            {open.map((person) => (
              <option key={person.id} value={person.id}>
                {personName(person)} ({formatCount(person.rows)} rows)
              </option>
            ))}
          </Select>
        </Field>
        {account === null ? (
          <LinkButton href={`/sign-in?next=${encodeURIComponent(`/runs/${run.id}`)}`}>
            Sign in to check
          </LinkButton>
        ) : data.notJoined.length > 0 ? (
          data.notJoined.map(({ id, ...datanet }) => <JoinButton key={id} datanetId={id} {...datanet} />)
        ) : (
          <Button
            isBusy={start.isPending}
            busyLabel="Writing the training files…"
            onClick={() => start.mutate({ runId: run.id, contributorId: chosen.id })}
          >
            Check by retraining
          </Button>
        )}
      </div>
      {start.error ? <ErrorCallout error={start.error} /> : null}
    </div>
  );
}
