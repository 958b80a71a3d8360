"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { RequireSignIn } from "../account/require-sign-in";
import { ErrorCallout } from "../common/error-callout";
import { useTRPC } from "../trpc/client";
import { Skeleton } from "../ui/skeleton";
import { AcceptRest } from "./accept-rest";
import { DecisionBar } from "./decision-bar";
import { Guidelines } from "./guidelines";
import { ItemNotes } from "./item-notes";
import { QueueEmpty } from "./queue-empty";
import { QueueHead } from "./queue-head";
import { QueueList } from "./queue-list";
import { ReviewItem } from "./review-item";
import { ShortcutHelp } from "./shortcut-help";
import { UndoButton } from "./undo-button";
import type { Filters } from "./use-queue-search";
import { type Held, type ReviewQueue, useReviewQueue } from "./use-review-queue";
import { useShortcuts, useShortcutsSwitch } from "./use-shortcuts";
import { useWriting } from "./use-writing";

export function ReviewScreen({ datanetId }: { datanetId: string }) {
  return (
    <RequireSignIn purpose="review">
      <Review datanetId={datanetId} />
    </RequireSignIn>
  );
}

function Review({ datanetId }: { datanetId: string }) {
  const review = useReviewQueue(datanetId);
  const { queue, held } = review;
  const [isHelpOpen, setIsHelpOpen] = useState(false);
  const [isKeyed, setIsKeyed] = useShortcutsSwitch();
  /** What the list starts with; null while one row fills the view. */
  const [list, setList] = useState<Filters | null>(null);
  const isValidator = Boolean(queue.data?.isValidator);
  const other = review.mode === "triage" ? "adjudication" : "triage";
  useShortcuts(isKeyed && isValidator && list === null, {
    "/": () => setList({}),
    d: () => review.changeMode(other),
  });
  if (queue.error && !queue.data) return <ErrorCallout error={queue.error} onRetry={queue.refetch} />;
  if (!queue.data) return <ReviewSkeleton />;
  const help = () => setIsHelpOpen(true);
  const undo = review.last ? <UndoButton review={review} last={review.last} isKeyed={isKeyed} /> : null;
  const open = (recordId: string) => {
    setList(null);
    if (recordId !== held?.item.recordId) review.open(recordId);
  };
  return (
    <>
      <QueueHead review={review} isKeyed={isKeyed} onSearch={() => setList({})} />
      <div className="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_320px]">
        <div className="grid min-w-0 content-start gap-5">
          <ErrorCallout error={review.decide.error ?? review.decideMany.error ?? review.undo.error} />
          <ErrorCallout error={review.claim.error} onRetry={() => review.renew()} />
          {list ? (
            <>
              <QueueList
                key={list.similarTo}
                datanetId={datanetId}
                review={review}
                start={list}
                isKeyed={isKeyed}
                onOpen={open}
                onClose={() => setList(null)}
                onHelp={help}
              />
              {undo}
            </>
          ) : held ? (
            <OneRow
              key={held.item.recordId}
              review={review}
              held={held}
              isKeyed={isKeyed}
              onHelp={help}
              onSimilar={() => setList({ similarTo: held.item.recordId })}
              undo={undo}
            />
          ) : (
            <>
              <NoRow review={review} />
              {undo}
            </>
          )}
        </div>
        <Guidelines queue={queue.data} />
      </div>
      <ShortcutHelp open={isHelpOpen} onOpenChange={setIsHelpOpen} isOn={isKeyed} onChange={setIsKeyed} />
    </>
  );
}

type OneRowProps = {
  review: ReviewQueue;
  held: Held;
  isKeyed: boolean;
  onHelp: () => void;
  onSimilar: () => void;
  undo: React.ReactNode;
};

function OneRow({ review, held, isKeyed, onHelp, onSimilar, undo }: OneRowProps) {
  const trpc = useTRPC();
  const { item } = held;
  const writing = useWriting(item);
  const [isEscaped, setIsEscaped] = useState(false);
  const [isHiddenSeen, setIsHiddenSeen] = useState(false);
  const context = useQuery(trpc.review.itemContext.queryOptions({ recordId: item.recordId }));
  const toggleEscaped = () => {
    setIsEscaped((is) => !is);
    setIsHiddenSeen(true);
  };
  useShortcuts(isKeyed && writing.pane === null, { e: toggleEscaped });
  return (
    <>
      <ReviewItem
        held={held}
        goal={review.queue.data!.datanet.goal}
        spans={writing.spans}
        isEscaped={isEscaped}
        onRenew={review.renew}
      />
      <ItemNotes
        item={item}
        context={context.data}
        writing={writing}
        isKeyed={isKeyed}
        isEscaped={isEscaped}
        onEscape={toggleEscaped}
      />
      <DecisionBar
        review={review}
        item={item}
        writing={writing}
        isKeyed={isKeyed}
        isHiddenSeen={isHiddenSeen}
        onHelp={onHelp}
        onSimilar={onSimilar}
        undo={undo}
      />
      {context.data ? <AcceptRest review={review} contribution={context.data.contribution} /> : null}
    </>
  );
}

function NoRow({ review }: { review: ReviewQueue }) {
  const { queue, mode } = review;
  if (review.claim.isError) return null;
  const { counts, isValidator } = queue.data!;
  const waits = mode === "triage" ? counts.waiting > counts.claimedByOthers : counts.disputed > 0;
  const isComing = isValidator && (review.isBusy ? counts.waiting > 0 || waits : waits && !review.claim.data);
  if (isComing) return <ItemSkeleton />;
  return (
    <QueueEmpty
      queue={queue.data!}
      mode={mode}
      onLook={() => queue.refetch()}
      onMode={(to) => review.changeMode(to)}
    />
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
