"use client";
import { REJECT_REASONS, type RejectReason } from "@/db/schema/review.constants";
import { NOTE_CHARS, REJECT_REASON_WORDS } from "@/server/review/schemas";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Key } from "./key";
import { useShortcuts } from "./use-shortcuts";

type ReasonFormProps = {
  title: string;
  note: string;
  onNote: (note: string) => void;
  isNoteKept?: boolean;
  onReason: (reason: RejectReason) => void;
  onCancel: () => void;
  isKeyed: boolean;
  isBusy: boolean;
};

/** A reason by its number, and a note for who gave the row. */
export function ReasonForm(props: ReasonFormProps) {
  const { title, note, onNote, isNoteKept, onReason, onCancel, isKeyed, isBusy } = props;
  const byNumber = Object.fromEntries(
    REJECT_REASONS.map((reason, i) => [String(i + 1), () => !isBusy && onReason(reason)]),
  );
  useShortcuts(isKeyed, { ...byNumber, Escape: onCancel });
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-2 font-medium">{title}</legend>
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
            <Key name={String(index + 1)} isShown={isKeyed} /> {REJECT_REASON_WORDS[reason]}
          </Button>
        ))}
      </div>
      <div className="flex flex-wrap items-end gap-3">
        <Field
          label="Note, if it helps the contributor"
          hint={isNoteKept ? "Kept: it is here when you come back." : undefined}
          className="min-w-60 flex-1"
        >
          <Input
            value={note}
            maxLength={NOTE_CHARS}
            onChange={(event) => onNote(event.target.value)}
            onKeyDown={(event) => event.key === "Escape" && onCancel()}
          />
        </Field>
        <Button variant="ghost" aria-keyshortcuts="Escape" onClick={onCancel}>
          Close
        </Button>
      </div>
    </fieldset>
  );
}
