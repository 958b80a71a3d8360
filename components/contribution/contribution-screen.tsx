"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { EmptyState } from "../common/empty-state";
import { ErrorCallout } from "../common/error-callout";
import { shownError } from "../common/shown-error";
import { type RouterInputs, type RouterOutputs, useTRPC } from "../trpc/client";
import { LinkButton } from "../ui/button";
import { Skeleton } from "../ui/skeleton";
import { ContributionHeader } from "./contribution-header";
import { MappingEditor } from "./mapping-editor";
import { MeaningSection } from "./meaning-section";
import { PreviewBubbles } from "./preview-bubbles";
import { ProblemTable } from "./problem-table";
import { RefusedFile } from "./refused-file";
import { ReviewStory } from "./review-story";
import { SentBackRows } from "./sent-back-rows";
import { SumLine } from "./sum-line";

export type Contribution = RouterOutputs["contribution"]["get"];
export type Mapping = RouterInputs["contribution"]["remap"]["mapping"];

const POLL_MS = 1_000;
const REVIEW_POLL_MS = 10_000;

function pollMs(status: Contribution["status"] | undefined): number | false {
  if (status === "parsing" || status === "uploaded") return POLL_MS;
  return status === "submitted" ? REVIEW_POLL_MS : false;
}

export function ContributionScreen({ contributionId }: { contributionId: string }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.contribution.get.queryOptions(
      { contributionId },
      { refetchInterval: ({ state }) => pollMs(state.data?.status) },
    ),
  );
  if (error && !data) return <ContributionProblem error={error} onRetry={refetch} />;
  if (!data) return <ContributionSkeleton />;
  // Another reading starts with its own columns, so what was typed for the last one goes.
  return <LoadedContribution key={data.status === "parsing" ? "parsing" : "read"} contribution={data} />;
}

function LoadedContribution({ contribution }: { contribution: Contribution }) {
  const { status, isMine, inspection } = contribution;
  const [draft, setDraft] = useState<Mapping | null>(null);
  const isOpen = isMine && (status === "ready" || status === "failed");
  const hasColumns = (inspection?.columns.length ?? 0) > 0;
  return (
    <>
      <ContributionHeader contribution={contribution} />
      <SumLine contribution={contribution} isChanging={draft !== null} />
      <div className="mt-6 grid grid-cols-[minmax(0,1fr)] gap-10">
        {status === "failed" && isMine ? <RefusedFile contribution={contribution} /> : null}
        {isMine && contribution.review.sentBack > 0 ? <SentBackRows contribution={contribution} /> : null}
        {hasColumns && isOpen ? (
          <MappingEditor contribution={contribution} draft={draft} onDraft={setDraft} />
        ) : null}
        {hasColumns || !isMine ? <PreviewBubbles contribution={contribution} mapping={draft} /> : null}
        {isMine && (status === "submitted" || status === "reviewed") ? (
          <ReviewStory contributionId={contribution.id} />
        ) : null}
        {isMine && contribution.rows.setAside > 0 ? <ProblemTable contribution={contribution} /> : null}
        <MeaningSection contribution={contribution} />
      </div>
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
