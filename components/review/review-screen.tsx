"use client";
import { useState } from "react";
import { Link } from "@/components/ui/link";
import { RequireSignIn } from "../account/require-sign-in";
import { ErrorCallout } from "../common/error-callout";
import { formatCount } from "../common/numbers";
import { Progress } from "../ui/progress";
import { Skeleton } from "../ui/skeleton";
import { AcceptRest } from "./accept-rest";
import { DecisionBar } from "./decision-bar";
import { Guidelines } from "./guidelines";
import { PlanLine } from "./plan-line";
import { QueueEmpty } from "./queue-empty";
import { ReviewItem } from "./review-item";
import { ShortcutHelp } from "./shortcut-help";
import { SignOffer } from "./sign-offer";
import { TrainingNote } from "./training-note";
import { UndoButton } from "./undo-button";
import { type ReviewQueue, useReviewQueue } from "./use-review-queue";
import { useShortcutsSwitch } from "./use-shortcuts";

export function ReviewScreen({ datanetId }: { datanetId: string }) {
  return (
    <RequireSignIn purpose="review">
      <Review datanetId={datanetId} />
    </RequireSignIn>
  );
}

function Review({ datanetId }: { datanetId: string }) {
  const review = useReviewQueue(datanetId);
  const { queue } = review;
  const [isHelpOpen, setIsHelpOpen] = useState(false);
  const [isKeyed, setIsKeyed] = useShortcutsSwitch();
  if (queue.error && !queue.data) return <ErrorCallout error={queue.error} onRetry={queue.refetch} />;
  if (!queue.data) return <ReviewSkeleton />;
  const { datanet } = queue.data;
  return (
    <>
      <QueueHead review={review} />
      <div className="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_320px]">
        <div className="grid min-w-0 content-start gap-5">
          <ErrorCallout error={review.decide.error ?? review.undo.error} />
          <ErrorCallout error={review.claim.error} onRetry={() => review.renew()} />
          {queue.data.isValidator ? <TrainingNote datanetId={datanetId} lesson={review.lesson} /> : null}
          <Work review={review} />
          {review.held ? (
            <>
              <DecisionBar review={review} isKeyed={isKeyed} onHelp={() => setIsHelpOpen(true)} />
              <AcceptRest review={review} contribution={review.held.item.contribution} />
              <PlanLine contributionId={review.held.item.contribution.id} step={review.held.item.recordId} />
            </>
          ) : review.last ? (
            <UndoButton review={review} last={review.last} isKeyed={isKeyed} />
          ) : null}
          {review.held ? null : <SignOffer datanetId={datanetId} />}
        </div>
        <Guidelines datanet={datanet} />
      </div>
      <ShortcutHelp open={isHelpOpen} onOpenChange={setIsHelpOpen} isOn={isKeyed} onChange={setIsKeyed} />
    </>
  );
}

function Work({ review }: { review: ReviewQueue }) {
  const { held, queue } = review;
  if (held) {
    return <ReviewItem held={held} goal={queue.data!.datanet.goal} onRenew={review.renew} />;
  }
  if (review.claim.isError) return null;
  const { counts, isValidator } = queue.data!;
  const isComing = isValidator && (review.isBusy || counts.waiting > counts.claimedByOthers);
  return isComing ? <ItemSkeleton /> : <QueueEmpty queue={queue.data!} onLook={() => queue.refetch()} />;
}

/** Where it is, how far the queue is, and a thin line of it. */
function QueueHead({ review }: { review: ReviewQueue }) {
  const { datanet, counts } = review.queue.data!;
  const total = counts.decided + counts.waiting + counts.own;
  return (
    <header className="mb-6">
      <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <h1 className="text-lg">
          Review{" "}
          <Link href={`/datanets/${datanet.id}`} className="link">
            {datanet.name}
          </Link>
        </h1>
        <p className="num text-sm text-muted" aria-live="polite">
          {formatCount(counts.waiting)} waiting
          {counts.claimedByOthers > 0 ? `, ${formatCount(counts.claimedByOthers)} of them with others` : ""};{" "}
          {formatCount(counts.decidedByMe)} decided by you
        </p>
      </div>
      {counts.waiting > 0 ? (
        <Progress
          value={counts.decided}
          max={Math.max(1, total)}
          isLabelHidden
          label={`${formatCount(counts.decided)} of ${formatCount(total)} rows decided`}
        />
      ) : null}
    </header>
  );
}

function ItemSkeleton() {
  return (
    <div role="status" aria-label="Taking the next row" className="grid gap-4">
      <Skeleton className="h-5 w-48" />
      <Skeleton className="h-28" />
      <Skeleton className="h-16 w-2/3 justify-self-end" />
      <Skeleton className="mt-4 h-9" />
    </div>
  );
}

function ReviewSkeleton() {
  return (
    <div role="status" aria-label="Loading the queue">
      <Skeleton className="mb-2 h-6 w-64" />
      <Skeleton className="mb-6 h-1" />
      <Skeleton className="h-60 lg:w-2/3" />
    </div>
  );
}
