"use client";
import { useId } from "react";
import { REJECT_REASON_WORDS } from "@/server/review/schemas";
import { Button } from "../ui/button";
import type { FoundRow } from "./use-queue-search";
import { DECISION_WORDS } from "./words";

type QueueRowProps = {
  row: FoundRow;
  isChosen: boolean;
  isMine: boolean;
  onToggle: () => void;
  onOpen: () => void;
};

/** One row of the list: what is asked, what is learned, and what stands in its way. */
export function QueueRow({ row, isChosen, isMine, onToggle, onOpen }: QueueRowProps) {
  const id = useId();
  return (
    <li className="flex items-start gap-3 border-b border-line py-2">
      {isMine ? null : (
        <input
          type="checkbox"
          aria-labelledby={id}
          checked={isChosen}
          onChange={onToggle}
          className="mt-1 size-4 shrink-0 accent-accent"
        />
      )}
      <div id={id} className="min-w-0 flex-1">
        <p className="line-clamp-2 break-words">{row.prompt}</p>
        <p className="line-clamp-2 break-words text-muted">{row.answer}</p>
        <p className="num text-sm text-muted">
          Row {row.rowNumber} of {row.fileName}
          {row.similarity === null ? "" : `, ${Math.round(row.similarity * 100)} % alike`}
          {row.isHeldByOther ? ", with another validator" : ""}
          {row.hasHidden ? ", hides characters" : ""}
          {row.decision ? `. ${DECISION_WORDS[row.decision]}` : ""}
          {row.reason ? `: ${REJECT_REASON_WORDS[row.reason].toLowerCase()}` : ""}
        </p>
      </div>
      {isMine ? null : (
        <Button size="sm" variant="ghost" onClick={onOpen}>
          Open<span className="sr-only"> row {row.rowNumber}</span>
        </Button>
      )}
    </li>
  );
}
