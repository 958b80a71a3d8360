"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Decision } from "@/db/schema/review.constants";
import type { QueueMode } from "@/server/review/schemas";
import { shownError } from "../common/shown-error";
import { type RouterInputs, type RouterOutputs, useTRPC } from "../trpc/client";
import type { Lesson } from "./training-note";

export type Item = NonNullable<RouterOutputs["review"]["claimNext"]["item"]>;
export type ContributionProgress = RouterOutputs["review"]["itemContext"]["contribution"];
/** An item, since when it is shown and when it goes back to the queue, by this machine's clock. */
export type Held = { item: Item; deadline: number; shownAt: number };
/** What was just done, in words, for as long as it can be taken back. */
export type LastDecision = { said: string; undoUntil: number };
/** What a decision says besides the row that it is about. */
export type Verdict = Omit<RouterInputs["review"]["decide"], "recordId" | "tookMs" | "guidelinesNumber">;
export type BulkVerdict = Omit<RouterInputs["review"]["decideMany"], "datanetId" | "guidelinesNumber">;

const QUEUE_POLL_MS = 5_000;
/** A row at hand that goes back to the queue within this time is not shown any more. */
const STALE_MS = 30_000;
/** The item is gone, whoever was quicker: the next one is all that helps. */
const GONE = ["ALREADY_VOTED", "CLOSED", "CLAIM_EXPIRED", "NOT_FOUND"];
const SAID: Record<Decision, string> = {
  accept: "accepted",
  fix: "mended and accepted",
  send_back: "sent back",
  reject: "rejected",
};

const hold = (item: Item | null): Held | null =>
  item && { item, deadline: Date.now() + item.claimLeftMs, shownAt: Date.now() };
const isFresh = (held: Held | null): held is Held => held !== null && held.deadline - Date.now() > STALE_MS;

/** One validator at one queue: what they hold, what comes after it, and everything they can do with it. */
export function useReviewQueue(datanetId: string) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [mode, setMode] = useState<QueueMode>("triage");
  const [held, setHeld] = useState<Held | null>(null);
  const [ahead, setAhead] = useState<Held | null>(null);
  const [passed, setPassed] = useState<string[]>([]);
  const [last, setLast] = useState<LastDecision | null>(null);
  const [lesson, setLesson] = useState<Lesson | null>(null);
  const queue = useQuery(
    trpc.review.queue.queryOptions(
      { datanetId },
      { refetchInterval: held ? QUEUE_POLL_MS * 2 : QUEUE_POLL_MS },
    ),
  );
  const refresh = useCallback(() => {
    void queryClient.invalidateQueries(trpc.review.queue.queryFilter({ datanetId }));
    void queryClient.invalidateQueries(trpc.review.search.queryFilter({ datanetId }));
  }, [queryClient, trpc, datanetId]);
  const show = useCallback((item: Item | null) => {
    setHeld(hold(item));
    setAhead(null);
  }, []);

  const claim = useMutation(trpc.review.claimNext.mutationOptions({ onSuccess: ({ item }) => show(item) }));
  const prefetch = useMutation(trpc.review.claimNext.mutationOptions({ retry: false }));
  const decide = useMutation(trpc.review.decide.mutationOptions());
  const decideMany = useMutation(trpc.review.decideMany.mutationOptions());
  const undo = useMutation(trpc.review.undo.mutationOptions());
  const acceptRest = useMutation(trpc.review.acceptRest.mutationOptions());

  const { mutate: mutateClaim } = claim;
  const next = useCallback(
    (how: { skipRecordId?: string; wantedRecordId?: string; mode?: QueueMode } = {}) =>
      mutateClaim({ datanetId, mode, ...how }),
    [mutateClaim, datanetId, mode],
  );

  // The queue had nothing free and has now, or the page has just opened.
  const counts = queue.data?.counts;
  const isFree =
    counts !== undefined &&
    (mode === "adjudication"
      ? counts.disputed > 0
      : // One's own decision may have become the only one that is wanted.
        counts.waiting > counts.claimedByOthers || counts.second > 0);
  const isIdle =
    !claim.isPending &&
    !decide.isPending &&
    !decideMany.isPending &&
    !undo.isPending &&
    !acceptRest.isPending;
  // Counts from before the last try would only ask for the same nothing again.
  const isNews = queue.dataUpdatedAt > (claim.submittedAt ?? 0);
  const shouldClaim =
    Boolean(queue.data?.isValidator) && isFree && isNews && held === null && isIdle && !claim.isError;
  useEffect(() => {
    if (shouldClaim) next();
  }, [shouldClaim, next]);

  // The row after the one on the screen is taken while that one is read, so that it is there at once.
  const heldId = held?.item.recordId;
  const shownId = useRef(heldId);
  shownId.current = heldId;
  const { mutate: mutatePrefetch } = prefetch;
  const canLookAhead = isIdle && heldId !== undefined && ahead === null;
  useEffect(() => {
    if (!canLookAhead || !heldId) return;
    mutatePrefetch(
      { datanetId, mode, besideRecordId: heldId },
      {
        onSuccess: ({ item }) => {
          const isStill = shownId.current === heldId && item?.recordId !== heldId;
          if (isStill) setAhead(hold(item));
        },
      },
    );
  }, [canLookAhead, heldId, mutatePrefetch, datanetId, mode]);

  const forgetLast = useCallback(() => {
    setLast(null);
    refresh();
  }, [refresh]);
  /** Shows what is at hand, or nothing; returns whether there was something. */
  const stepAhead = (): boolean => {
    const isThere = isFresh(ahead);
    setHeld(isThere ? { ...ahead, shownAt: Date.now() } : null);
    setAhead(null);
    return isThere;
  };

  const submit = (verdict: Verdict) => {
    if (!held || !isIdle) return;
    const before = held;
    const { item, shownAt } = held;
    const hadNext = stepAhead();
    decide.mutate(
      {
        recordId: item.recordId,
        tookMs: Math.min(Date.now() - shownAt, 86_400_000),
        guidelinesNumber: queue.data?.datanet.guidelinesNumber,
        ...verdict,
      },
      {
        onSuccess: ({ undoMs, lesson: told }) => {
          setLesson(told ?? null);
          setLast({
            said: `Row ${item.rowNumber} ${SAID[verdict.decision]}`,
            undoUntil: Date.now() + undoMs,
          });
          if (!hadNext) next();
          refresh();
        },
        onError: (error) => {
          if (GONE.includes(shownError(error).code ?? "")) {
            if (!hadNext) next();
            refresh();
          } else {
            setAhead(hadNext ? ahead : null);
            setHeld(before);
          }
        },
      },
    );
  };

  const skip = () => {
    if (!held || !isIdle) return;
    const skipRecordId = held.item.recordId;
    setPassed((ids) => [...ids.filter((id) => id !== skipRecordId), skipRecordId]);
    if (isFresh(ahead)) stepAhead();
    next({ skipRecordId });
  };

  return {
    queue,
    mode,
    held,
    last,
    lesson,
    claim,
    decide,
    decideMany,
    undo,
    acceptRest,
    isBusy: !isIdle,
    canGoBack: passed.length > 0,
    submit,
    skip,
    /** Back to the row that was passed over last, if nobody has taken it. */
    goBack: () => {
      const wantedRecordId = passed.at(-1);
      if (!wantedRecordId || !isIdle) return;
      setPassed((ids) => ids.slice(0, -1));
      next({ wantedRecordId });
    },
    open: (wantedRecordId: string) => isIdle && next({ wantedRecordId }),
    changeMode: (to: QueueMode) => {
      if (to === mode || !isIdle) return;
      setMode(to);
      show(null);
      next({ mode: to });
    },
    /** Holds the same item anew, or takes the next one when it is gone. */
    renew: () => next(),
    decideSelection: (verdict: BulkVerdict) =>
      decideMany
        .mutateAsync({ datanetId, guidelinesNumber: queue.data?.datanet.guidelinesNumber, ...verdict })
        .then((result) => {
          const { decided, left, undoMs } = result;
          const rest = left > 0 ? `; ${left} left as they were` : "";
          const rows = decided === 1 ? "1 row" : `${decided} rows`;
          setLast({ said: `${rows} ${SAID[verdict.decision]}${rest}`, undoUntil: Date.now() + undoMs });
          next();
          refresh();
          return result;
        }),
    takeBack: () => {
      if (!last || !isIdle) return;
      undo.mutate(
        { datanetId },
        {
          onSuccess: ({ item }) => {
            setLast(null);
            if (item) show(item);
            else next();
            refresh();
          },
        },
      );
    },
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
