"use client";
import { useEffect } from "react";
import { Button } from "../ui/button";
import { Key } from "./decision-bar";
import type { LastDecision, ReviewQueue } from "./use-review-queue";
import { useSecondsLeft } from "./use-seconds-left";

/** What was just decided, for as long as it can be taken back. */
export function UndoLine({ review, last }: { review: ReviewQueue; last: LastDecision }) {
  const seconds = useSecondsLeft(last.undoUntil);
  const { forgetLast } = review;
  useEffect(() => {
    if (seconds === 0) forgetLast();
  }, [seconds, forgetLast]);
  if (seconds === 0) return null;
  return (
    <div className="flex flex-wrap items-center justify-between gap-2 rounded-md bg-sunken px-3 py-1.5">
      <p role="status">
        Row {last.rowNumber} {last.decision === "accept" ? "accepted" : "rejected"}.
      </p>
      <Button
        size="sm"
        variant="ghost"
        aria-keyshortcuts="u"
        disabled={review.isBusy}
        onClick={() => review.takeBack()}
      >
        Undo <Key name="U" isShown /> <span className="num w-8 text-right text-muted">{seconds} s</span>
      </Button>
    </div>
  );
}
