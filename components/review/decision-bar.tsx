"use client";
import { useEffect, useState } from "react";
import { REJECT_REASONS, type RejectReason } from "@/db/schema/review.constants";
import { REJECT_REASON_WORDS } from "@/server/review/schemas";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Key } from "./key";
import { UndoButton } from "./undo-button";
import type { ReviewQueue } from "./use-review-queue";
import { useShortcuts } from "./use-shortcuts";

const NOTE_CHARS = 500;

type DecisionBarProps = { review: ReviewQueue; isKeyed: boolean; onHelp: () => void };

/** The keys, labelled. Rejecting asks for the reason in the same place. */
export function DecisionBar({ review, isKeyed, onHelp }: DecisionBarProps) {
  const recordId = review.held?.item.recordId;
  const [rejecting, setRejecting] = useState<string | null>(null);
  // A reason is asked for one row; when another row comes the question is gone, also when undo brings the first back.
  const isRejecting = rejecting !== null && rejecting === recordId;
  useEffect(() => setRejecting((asked) => (asked === recordId ? asked : null)), [recordId]);
  const [note, setNote] = useState("");
  const startReject = () => {
    setNote("");
    setRejecting(recordId ?? null);
  };
  const reject = (reason: RejectReason) => review.reject(reason, note.trim() || undefined);
  const reasons = Object.fromEntries(
    REJECT_REASONS.map((reason, i) => [String(i + 1), () => reject(reason)]),
  );
  useShortcuts(
    isKeyed,
    isRejecting
      ? { ...reasons, Escape: () => setRejecting(null) }
      : {
          a: review.accept,
          r: startReject,
          j: () => review.skip(),
          "?": onHelp,
        },
  );
  return (
    <div className="sticky bottom-0 z-10 border-t border-line bg-canvas py-3">
      {isRejecting ? (
        <Reasons
          note={note}
          onNote={setNote}
          onReason={reject}
          onCancel={() => setRejecting(null)}
          isBusy={review.isBusy}
        />
      ) : (
        <div className="flex flex-wrap items-center gap-2">
          <Button variant="primary" aria-keyshortcuts="a" isBusy={review.isBusy} onClick={review.accept}>
            Accept <Key name="A" isShown={isKeyed} isOnAccent />
          </Button>
          <Button aria-keyshortcuts="r" disabled={review.isBusy} onClick={startReject}>
            Reject <Key name="R" isShown={isKeyed} />
          </Button>
          <Button
            variant="ghost"
            aria-keyshortcuts="j"
            disabled={review.isBusy}
            onClick={() => review.skip()}
          >
            Skip <Key name="J" isShown={isKeyed} />
          </Button>
          {review.last ? <UndoButton review={review} last={review.last} isKeyed={isKeyed} /> : null}
          <Button
            variant="ghost"
            aria-keyshortcuts="?"
            aria-label="Help"
            className="ml-auto"
            onClick={onHelp}
          >
            Help <Key name="?" isShown={isKeyed} />
          </Button>
        </div>
      )}
    </div>
  );
}

type ReasonsProps = {
  note: string;
  onNote: (note: string) => void;
  onReason: (reason: RejectReason) => void;
  onCancel: () => void;
  isBusy: boolean;
};

function Reasons({ note, onNote, onReason, onCancel, isBusy }: ReasonsProps) {
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-2 font-medium">Why is it rejected?</legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {REJECT_REASONS.map((reason, index) => (
          <Button
            key={reason}
            autoFocus={index === 0}
            aria-keyshortcuts={String(index + 1)}
            disabled={isBusy}
            className="justify-start"
            onClick={() => onReason(reason)}
          >
            <Key name={String(index + 1)} isShown /> {REJECT_REASON_WORDS[reason]}
          </Button>
        ))}
      </div>
      <div className="flex flex-wrap items-end gap-3">
        <Field label="Note, if it helps the contributor" className="min-w-60 flex-1">
          <Input value={note} maxLength={NOTE_CHARS} onChange={(event) => onNote(event.target.value)} />
        </Field>
        <Button variant="ghost" aria-keyshortcuts="Escape" onClick={onCancel}>
          Back
        </Button>
      </div>
    </fieldset>
  );
}
