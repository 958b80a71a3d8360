"use client";
import { useEffect } from "react";
import { Button } from "../ui/button";
import { Key } from "./key";
import type { LastDecision, ReviewQueue } from "./use-review-queue";
import { useSecondsLeft } from "./use-seconds-left";
import { useShortcuts } from "./use-shortcuts";

type UndoButtonProps = { review: ReviewQueue; last: LastDecision; isKeyed: boolean };

/** What was just decided, for as long as it can be taken back. */
export function UndoButton({ review, last, isKeyed }: UndoButtonProps) {
  const seconds = useSecondsLeft(last.undoUntil);
  const { forgetLast } = review;
  useShortcuts(isKeyed, { u: () => review.takeBack() });
  useEffect(() => {
    if (seconds === 0) forgetLast();
  }, [seconds, forgetLast]);
  if (seconds === 0) return null;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button
        variant="ghost"
        aria-keyshortcuts="u"
        disabled={review.isBusy}
        onClick={() => review.takeBack()}
      >
        Undo <Key name="U" isShown={isKeyed} />
      </Button>
      <p className="text-sm text-muted">
        <span role="status">{last.said}</span>
        <span className="num">, {seconds} s</span>
      </p>
    </div>
  );
}
