"use client";
import { X } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { splitLabels } from "./datanet-draft";

type LabelEditorProps = { labels: string[]; onChange: (labels: string[]) => void; error?: string };

/** Enter or a comma adds; a pasted list adds all of it; Backspace in the empty box takes the last one back. */
export function LabelEditor({ labels, onChange, error }: LabelEditorProps) {
  const [text, setText] = useState("");
  const add = (typed: string) => {
    onChange([...new Set([...labels, ...splitLabels(typed)])]);
    setText("");
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" || event.key === ",") {
      event.preventDefault();
      add(text);
    }
    if (event.key === "Backspace" && text === "" && labels.length > 0) onChange(labels.slice(0, -1));
  };
  return (
    <div className="grid gap-2.5">
      <Field
        label="Labels"
        hint="The answers the model may give, at least two. Spell them exactly as in your files. They cannot be changed later."
        error={error}
      >
        <LabelInput
          text={text}
          onText={(value) => (/[\n,]/.test(value) ? add(value) : setText(value))}
          onKeyDown={onKeyDown}
          onAdd={() => add(text)}
        />
      </Field>
      {labels.length > 0 ? (
        <ul aria-label="Labels so far" className="flex flex-wrap gap-1.5">
          {labels.map((label) => (
            <li
              key={label}
              className="inline-flex max-w-full items-center gap-1 rounded-sm bg-sunken py-0.5 pr-0.5 pl-2"
            >
              <span className="truncate">{label}</span>
              <button
                type="button"
                aria-label={`Remove ${label}`}
                onClick={() => onChange(labels.filter((other) => other !== label))}
                className="inline-flex size-6 items-center justify-center rounded-sm text-muted hover:bg-line hover:text-ink"
              >
                <X aria-hidden="true" className="size-3.5" />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

type LabelInputProps = {
  text: string;
  onText: (text: string) => void;
  onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => void;
  onAdd: () => void;
};

function LabelInput({ text, onText, onKeyDown, onAdd }: LabelInputProps) {
  return (
    <div className="flex gap-2">
      <Input
        value={text}
        maxLength={2000}
        autoComplete="off"
        onChange={(event) => onText(event.target.value)}
        onPaste={(event) => {
          const pasted = event.clipboardData.getData("text");
          if (!/[\n,]/.test(pasted)) return;
          event.preventDefault();
          onText(`${text}${pasted}\n`);
        }}
        onKeyDown={onKeyDown}
      />
      <Button onClick={onAdd} disabled={text.trim() === ""}>
        Add
      </Button>
    </div>
  );
}
