"use client";
import { type ReactNode, useEffect, useRef } from "react";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Textarea } from "../ui/textarea";
import { SignNotice } from "../wallet/sign-notice";
import { AccessChoice, READ_WORDS } from "./access-choice";
import type { DatanetDraft } from "./datanet-draft";
import { GoalCards } from "./goal-cards";
import { LicencePicker } from "./licence-picker";
import { NameEditor } from "./name-editor";

type FormProps = {
  draft: DatanetDraft;
  errors: Record<string, string>;
  onChange: (change: Partial<DatanetDraft>) => void;
  onSubmit: () => void;
  isBusy: boolean;
  /** Stands above the button: what the server said. */
  children: ReactNode;
};

export function CreateDatanetForm({ draft, errors, onChange, onSubmit, isBusy, children }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  const wasSubmitted = useRef(false);
  useEffect(() => {
    if (!wasSubmitted.current) return;
    wasSubmitted.current = false;
    if (Object.keys(errors).length > 0) form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  }, [errors]);
  return (
    <form
      ref={form}
      noValidate
      className="grid gap-7"
      onSubmit={(event) => {
        event.preventDefault();
        wasSubmitted.current = true;
        onSubmit();
      }}
    >
      <GoalCards value={draft.goal} onChange={(goal) => onChange({ goal })} error={errors.goal} />
      {draft.goal === "label" ? (
        <NameEditor
          what="Labels"
          hint="The answers the model may give, at least two. Spell them exactly as in your files. They cannot be changed later."
          names={draft.labels}
          onChange={(labels) => onChange({ labels })}
          error={errors.labels}
        />
      ) : null}
      {draft.goal === "fields" ? (
        <NameEditor
          what="Fields"
          hint="What is read out of each text, in this order. Spell them as in your files: names of columns, or of the keys in JSON. They cannot be changed later."
          names={draft.fields ?? []}
          onChange={(fields) => onChange({ fields })}
          error={errors.fields}
        />
      ) : null}
      <Field label="Name" hint="What people look for in the catalogue." error={errors.name}>
        <Input
          value={draft.name}
          maxLength={80}
          onChange={(event) => onChange({ name: event.target.value })}
        />
      </Field>
      <Field
        label="Purpose"
        hint="One or two sentences: who will use the model, and for what."
        error={errors.purpose}
      >
        <Textarea
          rows={3}
          maxLength={500}
          value={draft.purpose}
          onChange={(event) => onChange({ purpose: event.target.value })}
        />
      </Field>
      <Field
        label="Guidelines"
        hint="What makes a row good, and what makes it bad. Validators see this beside every row they decide on."
        error={errors.guidelines}
      >
        <Textarea
          rows={7}
          maxLength={8000}
          value={draft.guidelines}
          onChange={(event) => onChange({ guidelines: event.target.value })}
        />
      </Field>
      <LicencePicker
        value={draft.licence}
        onChange={(licence) => onChange({ licence })}
        error={errors.licence}
      />
      <AccessChoice
        legend="Who may read it?"
        words={READ_WORDS}
        value={draft.readAccess ?? "everyone"}
        onChange={(readAccess) => onChange({ readAccess })}
      />
      <div className="grid gap-4 border-t border-line pt-6">
        {children}
        <SignNotice
          what="register the hash of these rules, with you as the owner, right after it is saved"
          cost="fee"
        />
        <div>
          <Button type="submit" variant="primary" isBusy={isBusy} busyLabel="Saving…">
            Create and register
          </Button>
        </div>
      </div>
    </form>
  );
}
