"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ErrorCallout } from "../common/error-callout";
import { useTRPC } from "../trpc/client";
import { Button } from "../ui/button";
import { Callout } from "../ui/callout";
import { Checkbox } from "../ui/checkbox";
import { cn } from "../ui/cn";
import { Skeleton } from "../ui/skeleton";
import { ChatBubbles } from "./chat-bubbles";
import type { Contribution, Mapping } from "./contribution-screen";

const FIRST_SHOWN = 5;

type PreviewBubblesProps = { contribution: Contribution; mapping: Mapping | null };

/** The file's first rows as they will be trained, also under columns that are only being tried. */
export function PreviewBubbles({ contribution, mapping }: PreviewBubblesProps) {
  const trpc = useTRPC();
  const [isAll, setIsAll] = useState(false);
  const [isTemplateShown, setIsTemplateShown] = useState(false);
  const { data, error, refetch, isPlaceholderData } = useQuery(
    trpc.contribution.preview.queryOptions(
      { contributionId: contribution.id, ...(mapping && { mapping }) },
      { placeholderData: keepPreviousData, staleTime: 60_000 },
    ),
  );
  const rows = data?.rows ?? [];
  const shown = isAll ? rows : rows.slice(0, FIRST_SHOWN);
  return (
    <section aria-labelledby="preview">
      <div className="flex max-w-200 flex-wrap items-end justify-between gap-x-6 gap-y-2">
        <div>
          <h2 id="preview" className="text-lg">
            The first rows, as they will be trained
          </h2>
          <p className="mt-0.5 max-w-reading text-muted">
            The model reads the left side and learns to say the right one.
          </p>
        </div>
        {data?.isExact ? (
          <Checkbox
            label="Show what the template adds"
            checked={isTemplateShown}
            onChange={(event) => setIsTemplateShown(event.target.checked)}
          />
        ) : null}
      </div>
      {data && !data.isExact ? (
        <Callout tone="warn" title="The runner is away, so these are the plain texts" className="mt-3">
          <p>
            Its template is not applied and nothing is cut here. The rows themselves are stored and checked.
          </p>
        </Callout>
      ) : null}
      <ErrorCallout error={error} onRetry={refetch} className="mt-3" />
      {data || error ? null : <PreviewSkeleton />}
      <ol
        className={cn("mt-4 max-w-200 border-t border-line", isPlaceholderData && "opacity-60")}
        aria-busy={isPlaceholderData}
      >
        {shown.map((row) => (
          <li
            key={row.rowNumber}
            className="grid gap-x-4 gap-y-2 border-b border-line py-4 sm:grid-cols-[56px_minmax(0,1fr)]"
          >
            <p className="num text-sm text-muted">Row {row.rowNumber}</p>
            {row.problem === null ? (
              <ChatBubbles row={row} goal={contribution.goal} isTemplateShown={isTemplateShown} />
            ) : (
              <p className="text-muted">Set aside. {row.problem}</p>
            )}
          </li>
        ))}
      </ol>
      {rows.length > shown.length ? (
        <Button variant="ghost" className="mt-2" onClick={() => setIsAll(true)}>
          Show the first {rows.length}
        </Button>
      ) : null}
    </section>
  );
}

function PreviewSkeleton() {
  return (
    <div role="status" aria-label="Loading the first rows" className="mt-4 grid max-w-200 gap-4">
      {["a", "b", "c"].map((row) => (
        <Skeleton key={row} className="h-24" />
      ))}
    </div>
  );
}
