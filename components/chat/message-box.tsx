"use client";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Textarea } from "../ui/textarea";

type MessageBoxProps = {
  label: string;
  send: string;
  maxLength: number;
  value: string;
  onChange: (value: string) => void;
  onSend: (message: string) => void;
  /** Given while an answer is being written. */
  onStop?: () => void;
  isDisabled?: boolean;
};

/** Enter sends, Shift and Enter begin a new line; while an answer is written the button stops it. */
export function MessageBox({
  label,
  send,
  maxLength,
  value,
  onChange,
  onSend,
  onStop,
  isDisabled,
}: MessageBoxProps) {
  const [isEmptySent, setIsEmptySent] = useState(false);
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (onStop || isDisabled) return;
    setIsEmptySent(value.trim() === "");
    if (value.trim() !== "") onSend(value.trim());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };
  return (
    <form onSubmit={submit} className="grid gap-3 sm:grid-cols-[minmax(0,1fr)_auto] sm:items-end">
      <Field label={label} error={isEmptySent && value.trim() === "" ? "Write something first." : null}>
        <Textarea
          rows={2}
          value={value}
          maxLength={maxLength}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={onKeyDown}
        />
      </Field>
      {onStop ? (
        <Button onClick={onStop}>Stop</Button>
      ) : (
        <Button type="submit" variant="primary" disabled={isDisabled}>
          {send}
        </Button>
      )}
    </form>
  );
}
