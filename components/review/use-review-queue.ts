"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import type { Decision, RejectReason } from "@/db/schema/review.constants";
import { shownError } from "../common/shown-error";
import { type RouterOutputs, useTRPC } from "../trpc/client";
import type { Lesson } from "./training-note";

export type Item = NonNullable<RouterOutputs["review"]["claimNext"]["item"]>;
/** An item and when, by this machine's clock, it goes back to the queue. */
export type Held = { item: Item; deadline: number };
export type LastDecision = { rowNumber: number; decision: Decision; undoUntil: number };

const QUEUE_POLL_MS = 5_000;
/** The item is gone, whoever was quicker: the next one is all that helps. */
const GONE = ["ALREADY_VOTED", "CLOSED", "CLAIM_EXPIRED", "NOT_FOUND"];

const hold = (item: Item | null): Held | null => item && { item, deadline: Date.now() + item.claimLeftMs };

/** One validator at one queue: what they hold, and everything they can do with it. */
export function useReviewQueue(datanetId: string) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [held, setHeld] = useState<Held | null>(null);
  const [last, setLast] = useState<LastDecision | null>(null);
  const [lesson, setLesson] = useState<Lesson | null>(null);
  const queue = useQuery(
    trpc.review.queue.queryOptions(
      { datanetId },
      { refetchInterval: held ? QUEUE_POLL_MS * 2 : QUEUE_POLL_MS },
    ),
  );
  const refresh = () => queryClient.invalidateQueries(trpc.review.queue.queryFilter({ datanetId }));

  const claim = useMutation(
    trpc.review.claimNext.mutationOptions({ onSuccess: ({ item }) => setHeld(hold(item)) }),
  );
  const decide = useMutation(trpc.review.decide.mutationOptions());
  const undo = useMutation(
    trpc.review.undo.mutationOptions({
      onSuccess: ({ item }) => {
        setHeld(hold(item));
        setLast(null);
        refresh();
      },
    }),
  );
  const acceptRest = useMutation(trpc.review.acceptRest.mutationOptions());

  const { mutate: mutateClaim } = claim;
  const next = useCallback(
    (skipRecordId?: string) => mutateClaim({ datanetId, skipRecordId }),
    [mutateClaim, datanetId],
  );

  // The queue had nothing free and has now, or the page has just opened.
  const counts = queue.data?.counts;
  const isFree = counts !== undefined && counts.waiting > counts.claimedByOthers;
  const isIdle = !claim.isPending && !decide.isPending && !undo.isPending && !acceptRest.isPending;
  // Counts from before the last try would only ask for the same nothing again.
  const isNews = queue.dataUpdatedAt > (claim.submittedAt ?? 0);
  const shouldClaim =
    Boolean(queue.data?.isValidator) && isFree && isNews && held === null && isIdle && !claim.isError;
  useEffect(() => {
    if (shouldClaim) next();
  }, [shouldClaim, next]);

  const forgetLast = useCallback(() => setLast(null), []);

  const submit = (decision: Decision, reason?: RejectReason, note?: string) => {
    if (!held || !isIdle) return;
    const { item } = held;
    decide.mutate(
      { recordId: item.recordId, decision, reason, note },
      {
        onSuccess: ({ undoMs, lesson: told }) => {
          setLesson(told ?? null);
          setLast({ rowNumber: item.rowNumber, decision, undoUntil: Date.now() + undoMs });
          next();
          refresh();
        },
        onError: (error) => {
          if (!GONE.includes(shownError(error).code ?? "")) return;
          next();
          refresh();
        },
      },
    );
  };

  return {
    queue,
    held,
    last,
    lesson,
    claim,
    decide,
    undo,
    acceptRest,
    isBusy: !isIdle,
    accept: () => submit("accept"),
    reject: (reason: RejectReason, note?: string) => submit("reject", reason, note),
    skip: () => held && isIdle && next(held.item.recordId),
    /** Holds the same item anew, or takes the next one when it is gone. */
    renew: () => next(),
    takeBack: () => last && isIdle && undo.mutate({ datanetId }),
    forgetLast,
    acceptTheRest: (contributionId: string) =>
      acceptRest.mutateAsync({ contributionId }).then((result) => {
        setLast(null);
        next();
        refresh();
        return result;
      }),
  };
}

export type ReviewQueue = ReturnType<typeof useReviewQueue>;
