"use client";
import { Checkbox } from "../ui/checkbox";
import { Dialog } from "../ui/dialog";
import { Key } from "./key";

const KEYS = [
  ["A", "Accept the row"],
  ["R", "Reject it; then 1 to 6 for the reason, Escape to go back"],
  ["U", "Take back your last decision, for 10 seconds"],
  ["J", "Skip: the row goes back to the others"],
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
              <Key name={key} isShown />
              <span className="sr-only">{key}</span>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-4 text-muted">
        Rows come in random order. A row is yours alone until its clock runs out; rows of your own are never
        shown to you.
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
