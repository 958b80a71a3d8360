"use client";
import type { ReactNode } from "react";
import type { RejectReason } from "@/db/schema/review.constants";
import { Button } from "../ui/button";
import { FixForm } from "./fix-form";
import { Key } from "./key";
import { ReasonForm } from "./reason-form";
import { SpanForm } from "./span-form";
import type { Item, ReviewQueue } from "./use-review-queue";
import { useShortcuts } from "./use-shortcuts";
import type { Writing } from "./use-writing";

type DecisionBarProps = {
  review: ReviewQueue;
  item: Item;
  writing: Writing;
  isKeyed: boolean;
  isHiddenSeen: boolean;
  onHelp: () => void;
  onSimilar: () => void;
  undo: ReactNode;
};

/** The keys, labelled. What a decision asks for is asked in the same place. */
export function DecisionBar(props: DecisionBarProps) {
  const { review, item, writing, isHiddenSeen } = props;
  const said = {
    note: writing.note.trim() || undefined,
    spans: writing.spans,
    isHiddenSeen,
  };
  const giveReason = (decision: "reject" | "send_back") => (reason: RejectReason) =>
    review.submit({ decision, reason, ...said });
  return (
    <div className="sticky bottom-0 z-10 max-h-[70dvh] overflow-y-auto border-t border-line bg-canvas py-3">
      {writing.pane === "reject" || writing.pane === "send_back" ? (
        <ReasonForm
          key={writing.pane}
          title={writing.pane === "reject" ? "Why is it rejected?" : "What is to be mended?"}
          note={writing.note}
          onNote={writing.setNote}
          isNoteKept={writing.isKept}
          onReason={giveReason(writing.pane)}
          onCancel={writing.close}
          isKeyed={props.isKeyed}
          isBusy={review.isBusy}
        />
      ) : writing.pane === "fix" ? (
        <FixForm
          item={item}
          goal={review.queue.data!.datanet.goal}
          labels={review.queue.data!.datanet.labels}
          writing={writing}
          isBusy={review.isBusy}
          onFix={() => review.submit({ decision: "fix", texts: writing.texts, ...said })}
        />
      ) : writing.pane === "note" ? (
        <SpanForm item={item} writing={writing} />
      ) : (
        <Keys {...props} onAccept={() => review.submit({ decision: "accept", ...said })} />
      )}
    </div>
  );
}

function Keys({
  review,
  writing,
  isKeyed,
  onHelp,
  onSimilar,
  onAccept,
  undo,
}: DecisionBarProps & { onAccept: () => void }) {
  const open = (pane: NonNullable<Writing["pane"]>) => () => !review.isBusy && writing.open(pane);
  useShortcuts(isKeyed, {
    a: onAccept,
    f: open("fix"),
    s: open("send_back"),
    r: open("reject"),
    n: open("note"),
    j: review.skip,
    k: review.goBack,
    l: onSimilar,
    "?": onHelp,
  });
  const { isBusy } = review;
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <Button variant="primary" aria-keyshortcuts="a" isBusy={isBusy} onClick={onAccept}>
          Accept <Key name="A" isShown={isKeyed} isOnAccent />
        </Button>
        <Button aria-keyshortcuts="f" disabled={isBusy} onClick={open("fix")}>
          Fix <Key name="F" isShown={isKeyed} />
        </Button>
        <Button aria-keyshortcuts="s" disabled={isBusy} onClick={open("send_back")}>
          Send back <Key name="S" isShown={isKeyed} />
        </Button>
        <Button aria-keyshortcuts="r" disabled={isBusy} onClick={open("reject")}>
          Reject <Key name="R" isShown={isKeyed} />
        </Button>
        {undo}
      </div>
      <div className="-ml-2.5 flex flex-wrap items-center gap-1">
        <Button
          size="sm"
          variant="ghost"
          aria-keyshortcuts="j"
          disabled={isBusy}
          onClick={() => review.skip()}
        >
          Skip <Key name="J" isShown={isKeyed} />
        </Button>
        <Button
          size="sm"
          variant="ghost"
          aria-keyshortcuts="k"
          disabled={isBusy || !review.canGoBack}
          onClick={() => review.goBack()}
        >
          Back <Key name="K" isShown={isKeyed} />
        </Button>
        <Button size="sm" variant="ghost" aria-keyshortcuts="n" disabled={isBusy} onClick={open("note")}>
          Note <Key name="N" isShown={isKeyed} />
        </Button>
        <Button size="sm" variant="ghost" aria-keyshortcuts="l" onClick={onSimilar}>
          Like this <Key name="L" isShown={isKeyed} />
        </Button>
        <Button size="sm" variant="ghost" aria-keyshortcuts="?" aria-label="Help" onClick={onHelp}>
          Help <Key name="?" isShown={isKeyed} />
        </Button>
      </div>
    </div>
  );
}
