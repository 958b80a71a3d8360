"use client";
import type { KeyboardEvent } from "react";
import type { Goal } from "@/db/schema/datanet.constants";
import { GOAL_WORDS } from "../datanet/words";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Select } from "../ui/select";
import { Textarea } from "../ui/textarea";
import type { Item } from "./use-review-queue";
import type { Writing } from "./use-writing";

type FixFormProps = {
  item: Item;
  goal: Goal;
  labels: readonly string[];
  writing: Writing;
  isBusy: boolean;
  onFix: () => void;
};

/** The row's texts to mend; Control and Enter accepts them so, Escape leaves them as a draft. */
export function FixForm({ item, goal, labels, writing, isBusy, onFix }: FixFormProps) {
  const { texts, setText, isChanged } = writing;
  const canFix = isChanged && !isBusy;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") writing.close();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && canFix) onFix();
  };
  const words = GOAL_WORDS[goal];
  const isLabelled = goal === "label" && labels.includes(texts.answer);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys that bubble up from the fields inside
    <div className="grid gap-3" onKeyDown={onKeyDown}>
      <h2 className="font-medium">Mend the row, then accept it</h2>
      {item.system ? (
        <Field label="Instruction">
          <Textarea
            rows={2}
            value={texts.system}
            onChange={(event) => setText("system", event.target.value)}
          />
        </Field>
      ) : null}
      <Field label={words.asked}>
        <Textarea
          autoFocus
          rows={3}
          value={texts.prompt}
          onChange={(event) => setText("prompt", event.target.value)}
        />
      </Field>
      <Field label={words.learned}>
        {isLabelled ? (
          <Select value={texts.answer} onChange={(event) => setText("answer", event.target.value)}>
            {labels.map((label) => (
              <option key={label}>{label}</option>
            ))}
          </Select>
        ) : (
          <Textarea
            rows={3}
            value={texts.answer}
            onChange={(event) => setText("answer", event.target.value)}
          />
        )}
      </Field>
      {item.category && item.category !== item.answer ? (
        <Field label="Category">
          <Input value={texts.category} onChange={(event) => setText("category", event.target.value)} />
        </Field>
      ) : null}
      <div className="flex flex-wrap items-center gap-2">
        <Button variant="primary" disabled={!isChanged} isBusy={isBusy} onClick={onFix}>
          Accept as mended
        </Button>
        <Button variant="ghost" onClick={writing.close}>
          Close
        </Button>
        <p role="status" className="text-sm text-muted">
          {writing.isKept ? "Kept as your draft." : "Control and Enter accepts it like this."}
        </p>
      </div>
    </div>
  );
}
