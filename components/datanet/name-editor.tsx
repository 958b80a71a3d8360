"use client";
import { X } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { splitNames } from "./datanet-draft";

type NameEditorProps = {
  /** "Labels": what the names are called. */
  what: string;
  hint: string;
  names: string[];
  onChange: (names: string[]) => void;
  error?: string;
};

/** Enter or a comma adds; a pasted list adds all of it; Backspace in the empty box takes the last one back. */
export function NameEditor({ what, hint, names, onChange, error }: NameEditorProps) {
  const [text, setText] = useState("");
  const add = (typed: string) => {
    onChange([...new Set([...names, ...splitNames(typed)])]);
    setText("");
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" || event.key === ",") {
      event.preventDefault();
      add(text);
    }
    if (event.key === "Backspace" && text === "" && names.length > 0) onChange(names.slice(0, -1));
  };
  return (
    <div className="grid gap-2.5">
      <Field label={what} hint={hint} error={error}>
        <NameInput
          text={text}
          onText={(value) => (/[\n,]/.test(value) ? add(value) : setText(value))}
          onKeyDown={onKeyDown}
          onAdd={() => add(text)}
        />
      </Field>
      {names.length > 0 ? (
        <ul aria-label={`${what} so far`} className="flex flex-wrap gap-1.5">
          {names.map((name) => (
            <li
              key={name}
              className="inline-flex max-w-full items-center gap-1 rounded-sm bg-sunken py-0.5 pr-0.5 pl-2"
            >
              <span className="truncate">{name}</span>
              <button
                type="button"
                aria-label={`Remove ${name}`}
                onClick={() => onChange(names.filter((other) => other !== name))}
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

type NameInputProps = {
  text: string;
  onText: (text: string) => void;
  onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => void;
  onAdd: () => void;
};

function NameInput({ text, onText, onKeyDown, onAdd }: NameInputProps) {
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
