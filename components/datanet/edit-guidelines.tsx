"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ErrorCallout } from "../common/error-callout";
import { shownError } from "../common/shown-error";
import { useTRPC } from "../trpc/client";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { Textarea } from "../ui/textarea";
import type { DatanetDetails } from "./datanet-screen";

/** The owner's way to new guidelines; validators are shown what has changed. */
export function EditGuidelines({ datanet }: { datanet: DatanetDetails }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isOpen, setIsOpen] = useState(false);
  const [text, setText] = useState(datanet.guidelines);
  const save = useMutation(
    trpc.datanet.setGuidelines.mutationOptions({
      onSuccess: () => {
        setIsOpen(false);
        void queryClient.invalidateQueries();
      },
    }),
  );
  const fieldError = save.error ? shownError(save.error).fields?.guidelines : undefined;
  const open = () => {
    setText(datanet.guidelines);
    save.reset();
    setIsOpen(true);
  };
  return (
    <div>
      <Button size="sm" onClick={open}>
        Change the guidelines
      </Button>
      <Dialog
        title="Change the guidelines"
        description="Each decision keeps the version that it was made under. Validators are shown what has changed when they come back to the queue."
        open={isOpen}
        onOpenChange={setIsOpen}
      >
        <Field label="Guidelines" error={fieldError}>
          <Textarea
            rows={12}
            value={text}
            maxLength={8000}
            onChange={(event) => setText(event.target.value)}
          />
        </Field>
        {save.error && !fieldError ? <ErrorCallout error={save.error} className="mt-4" /> : null}
        <div className="mt-4 flex flex-wrap justify-end gap-2">
          <Button onClick={() => setIsOpen(false)}>Leave them</Button>
          <Button
            variant="primary"
            disabled={text.trim() === datanet.guidelines}
            isBusy={save.isPending}
            busyLabel="Saving…"
            onClick={() => save.mutate({ datanetId: datanet.id, guidelines: text })}
          >
            Save as a new version
          </Button>
        </div>
      </Dialog>
    </div>
  );
}
