"use client";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { EmptyState } from "../common/empty-state";
import { ErrorCallout } from "../common/error-callout";
import { shownError } from "../common/shown-error";
import { WhenNear } from "../common/when-near";
import { type RouterInputs, type RouterOutputs, useTRPC } from "../trpc/client";
import { LinkButton } from "../ui/button";
import { cn } from "../ui/cn";
import { Skeleton } from "../ui/skeleton";
import { ContributionHeader } from "./contribution-header";
import { MappingEditor } from "./mapping-editor";
import { MeaningSection } from "./meaning-section";
import { PreviewBubbles } from "./preview-bubbles";
import { ProblemTable } from "./problem-table";
import { RefusedFile } from "./refused-file";
import { HealthReport } from "./report/health-report";
import { ReviewStory } from "./review-story";
import { SentBackRows } from "./sent-back-rows";
import { SumLine } from "./sum-line";
import { isBeingRead, useLastRead, useReading } from "./use-reading";

export type Contribution = RouterOutputs["contribution"]["get"];
export type Mapping = RouterInputs["contribution"]["remap"]["mapping"];

const POLL_MS = 1_000;
const REVIEW_POLL_MS = 10_000;
const PICTURES_HEIGHT = "h-96";

/** Far down and not needed to decide anything. */
const Pictures = dynamic(() => import("./report/pictures").then((module) => module.Pictures), {
  ssr: false,
  loading: () => <Skeleton isStill className={PICTURES_HEIGHT} />,
});

function pollMs(contribution: Contribution | undefined): number | false {
  if (!contribution) return false;
  if (isBeingRead(contribution)) return POLL_MS;
  return contribution.status === "submitted" ? REVIEW_POLL_MS : false;
}

export function ContributionScreen({ contributionId }: { contributionId: string }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.contribution.get.queryOptions(
      { contributionId },
      { refetchInterval: ({ state }) => pollMs(state.data) },
    ),
  );
  if (error && !data) return <ContributionProblem error={error} onRetry={refetch} />;
  if (!data) return <ContributionSkeleton />;
  return <LoadedContribution contribution={data} />;
}

function LoadedContribution({ contribution }: { contribution: Contribution }) {
  const { isMine } = contribution;
  const [draft, setDraft] = useState<Mapping | null>(null);
  const isReading = isBeingRead(contribution);
  // Another reading starts with its own columns, so what was typed for the last one goes.
  if (isReading && draft !== null) setDraft(null);
  const lastRead = useLastRead(contribution);
  const onReading = useReading(contribution);
  return (
    <>
      <ContributionHeader contribution={contribution} />
      <SumLine contribution={contribution} lastRead={lastRead} isChanging={draft !== null} />
      <div className="mt-6 grid grid-cols-[minmax(0,1fr)] gap-10">
        {contribution.status === "failed" && isMine ? <RefusedFile contribution={contribution} /> : null}
        {lastRead ? (
          <Sections contribution={lastRead} isStale={isReading} {...{ draft, setDraft, onReading }} />
        ) : null}
      </div>
    </>
  );
}

type SectionsProps = {
  /** As it was last read. */
  contribution: Contribution;
  isStale: boolean;
  draft: Mapping | null;
  setDraft: (draft: Mapping | null) => void;
  onReading: () => Promise<void>;
};

/** What was found comes first, then what the file holds, then how it is read. */
function Sections({ contribution, isStale, draft, setDraft, onReading }: SectionsProps) {
  const { status, isMine, inspection, rows, health, review } = contribution;
  const isOpen = isMine && (status === "ready" || status === "failed");
  const hasColumns = (inspection?.columns.length ?? 0) > 0;
  return (
    <>
      {isMine && review.sentBack > 0 ? <SentBackRows contribution={contribution} /> : null}
      {isMine && (status === "submitted" || status === "reviewed") ? (
        <ReviewStory contributionId={contribution.id} />
      ) : null}
      {isMine && status === "ready" ? (
        <HealthReport contribution={contribution} isStale={isStale} onReading={onReading} />
      ) : null}
      {isMine && rows.setAside > 0 ? (
        <div className={cn(isStale && "opacity-60")} aria-busy={isStale}>
          <ProblemTable contribution={contribution} isStale={isStale} onReading={onReading} />
        </div>
      ) : null}
      {isMine && health ? (
        <WhenNear className={PICTURES_HEIGHT}>
          <Pictures contribution={contribution} />
        </WhenNear>
      ) : null}
      {hasColumns && isOpen ? (
        <fieldset disabled={isStale} className="min-w-0">
          <MappingEditor contribution={contribution} draft={draft} onDraft={setDraft} />
        </fieldset>
      ) : null}
      {hasColumns || !isMine ? <PreviewBubbles contribution={contribution} mapping={draft} /> : null}
      <MeaningSection contribution={contribution} />
    </>
  );
}

function ContributionProblem({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { code, message, fix, fields } = shownError(error);
  if (code !== "NOT_FOUND" && !fields?.contributionId)
    return <ErrorCallout error={error} onRetry={onRetry} />;
  return (
    <EmptyState
      isPage
      title={fields ? "This is not the address of a contribution" : message}
      body={fields ? "Check the address, or go back to the list." : fix}
      action={<LinkButton href="/datanets">See the Datanets</LinkButton>}
    />
  );
}

function ContributionSkeleton() {
  return (
    <div role="status" aria-label="Loading the contribution">
      <Skeleton className="mb-2 h-4 w-32" />
      <Skeleton className="h-9 w-64" />
      <Skeleton className="mt-2 h-5 w-96 max-w-full" />
      <Skeleton className="mt-6 h-14" />
      <Skeleton className="mt-6 h-80" />
    </div>
  );
}
