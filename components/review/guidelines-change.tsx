"use client";
import { diffWordsWithSpace } from "diff";
import { Button } from "../ui/button";
import { Callout } from "../ui/callout";

type GuidelinesChangeProps = { before: string; now: string; onSeen: () => void };

/** What has changed in the guidelines since one's own last decision, word by word. */
export function GuidelinesChange({ before, now, onSeen }: GuidelinesChangeProps) {
  return (
    <Callout
      title="The guidelines have changed since your last decision"
      action={
        <Button size="sm" onClick={onSeen}>
          Seen
        </Button>
      }
    >
      <p className="max-w-reading break-words whitespace-pre-line">
        {diffWordsWithSpace(before, now).map(({ value, added, removed }, index) => {
          if (added) {
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never change places
              <ins key={index} className="bg-good-soft decoration-2">
                {value}
              </ins>
            );
          }
          if (removed) {
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never change places
              <del key={index} className="text-muted">
                {value}
              </del>
            );
          }
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never change places
          return <span key={index}>{value}</span>;
        })}
      </p>
    </Callout>
  );
}
