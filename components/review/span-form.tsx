"use client";
import { type KeyboardEvent, useState } from "react";
import { NOTE_CHARS } from "@/server/review/schemas";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import type { Item } from "./use-review-queue";
import type { SpanNote, Writing } from "./use-writing";

const FIELDS = ["prompt", "answer", "system"] as const;

/** Where a quoted part stands in the row; null where it does not. */
export function findPart(item: Item, quote: string): Omit<SpanNote, "note"> | null {
  if (quote === "") return null;
  for (const field of FIELDS) {
    const start = item[field].indexOf(quote);
    if (start >= 0) return { field, start, end: start + quote.length };
  }
  return null;
}

/** What the person has selected of the row, if it is part of one of its texts. */
function selectedPart(item: Item): string {
  const selected = window.getSelection()?.toString().trim() ?? "";
  return findPart(item, selected) ? selected : "";
}

/** A note on a part of the row: selected before, or typed here. */
export function SpanForm({ item, writing }: { item: Item; writing: Writing }) {
  const [quote, setQuote] = useState(() => selectedPart(item));
  const [note, setNote] = useState("");
  const [isAsked, setIsAsked] = useState(false);
  const part = findPart(item, quote);
  const add = () => {
    setIsAsked(true);
    if (!part || note.trim() === "") return;
    writing.addSpan({ ...part, note: note.trim() });
    writing.close();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") add();
    if (event.key === "Escape") writing.close();
  };
  const [isQuoted] = useState(quote !== "");
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys that bubble up from the fields inside
    <div className="grid gap-3" onKeyDown={onKeyDown}>
      <h2 className="font-medium">Note on a part of the row</h2>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field
          label="Part"
          hint="As it stands in the row; select it first to have it here."
          error={isAsked && !part ? "This does not stand in the row" : null}
        >
          <Input autoFocus={!isQuoted} value={quote} onChange={(event) => setQuote(event.target.value)} />
        </Field>
        <Field
          label="Your note"
          hint="Who gave the row reads it; it goes with your decision."
          error={isAsked && note.trim() === "" ? "Write what you note" : null}
        >
          <Input
            autoFocus={isQuoted}
            value={note}
            maxLength={NOTE_CHARS}
            onChange={(event) => setNote(event.target.value)}
          />
        </Field>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button onClick={add}>Add the note</Button>
        <Button variant="ghost" onClick={writing.close}>
          Close
        </Button>
      </div>
    </div>
  );
}
