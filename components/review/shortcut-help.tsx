"use client";
import { Checkbox } from "../ui/checkbox";
import { Dialog } from "../ui/dialog";
import { Key } from "./key";

const KEYS = [
  ["A", "Accept the row"],
  ["F", "Mend it and accept it so; Control and Enter when it is right"],
  ["S", "Send it back to be mended; then 1 to 6 for the reason"],
  ["R", "Reject it; then 1 to 6 for the reason, Escape to close"],
  ["U", "Take back what you decided last, for 10 seconds"],
  ["J", "Skip: the row goes back to the others"],
  ["K", "Back to the row that you skipped"],
  ["N", "Note on a part of the row; select the part first"],
  ["E", "Show characters that are not seen, written out"],
  ["L", "Rows like this one"],
  ["/", "Search the queue; there X selects, ⇧A, ⇧S and ⇧R decide on the selection"],
  ["D", "Rows on which two people disagreed, and back"],
  ["?", "This list"],
] as const;

type ShortcutHelpProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
};

export function ShortcutHelp({ open, onOpenChange, isOn, onChange }: ShortcutHelpProps) {
  return (
    <Dialog title="Reviewing" open={open} onOpenChange={onOpenChange}>
      <dl className="grid grid-cols-[32px_1fr] gap-y-2">
        {KEYS.map(([key, what]) => (
          <div key={key} className="contents">
            <dt>
              <Key name={key} isShown isInList />
              <span className="sr-only">{key}</span>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-4 text-muted">
        Rows come in random order. A row is yours alone until its clock runs out; rows of your own, by any of
        your linked addresses, are never shown to you. Some rows go to two people, and neither sees what the
        other decided.
      </p>
      <Checkbox
        className="mt-4"
        label="Use single keys"
        hint="Switch off if they get in the way of speech input or a screen reader."
        checked={isOn}
        onChange={(event) => onChange(event.target.checked)}
      />
    </Dialog>
  );
}
