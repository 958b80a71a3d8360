"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ErrorCallout } from "../common/error-callout";
import { LicencePicker } from "../datanet/licence-picker";
import { useTRPC } from "../trpc/client";
import { Button } from "../ui/button";
import { Checkbox } from "../ui/checkbox";
import { Dialog } from "../ui/dialog";
import type { Contribution } from "./contribution-screen";
import { rowsText } from "./words";

type SubmitDialogProps = { contribution: Contribution; open: boolean; onOpenChange: (open: boolean) => void };

export function SubmitDialog({ contribution, open, onOpenChange }: SubmitDialogProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [licence, setLicence] = useState(contribution.licence);
  const [isPicking, setIsPicking] = useState(false);
  const [isMineToGive, setIsMineToGive] = useState(false);
  const submit = useMutation(
    trpc.contribution.submit.mutationOptions({
      onSuccess: async () => {
        onOpenChange(false);
        await queryClient.invalidateQueries();
      },
    }),
  );
  const { kept, setAside } = contribution.rows;
  const rest =
    setAside > 0 ? ` The ${rowsText(setAside)} set aside stay with you and are not submitted.` : "";
  return (
    <Dialog
      title={`Submit ${rowsText(kept)}`}
      description={`The validators of “${contribution.datanetName}” decide on them one by one.${rest}`}
      open={open}
      onOpenChange={onOpenChange}
    >
      <form
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          if (isMineToGive) submit.mutate({ contributionId: contribution.id, licence, isMineToGive: true });
        }}
      >
        {isPicking ? (
          <LicencePicker value={licence} onChange={setLicence} />
        ) : (
          <p className="flex flex-wrap items-center justify-between gap-2 border-y border-line py-2">
            <span>
              Licence: <strong className="font-semibold">{licence}</strong>
            </span>
            <Button size="sm" variant="ghost" onClick={() => setIsPicking(true)}>
              Choose another
            </Button>
          </p>
        )}
        <Checkbox
          label={`I may give these rows, and I give them under ${licence}.`}
          hint="The licence, your account and the file's hash stay with every row."
          checked={isMineToGive}
          onChange={(event) => setIsMineToGive(event.target.checked)}
        />
        <ErrorCallout error={submit.error} />
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={() => onOpenChange(false)}>Not yet</Button>
          <Button
            type="submit"
            variant="primary"
            disabled={!isMineToGive}
            isBusy={submit.isPending}
            busyLabel="Submitting…"
          >
            Submit
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
