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
import { OpenWarnings } from "./report/open-warnings";
import { needsConsent } from "./report/report-lines";
import { useReportLines } from "./report/use-report-lines";
import { rowsText, usableRows } from "./words";

type SubmitDialogProps = { contribution: Contribution; open: boolean; onOpenChange: (open: boolean) => void };

export function SubmitDialog({ contribution, open, onOpenChange }: SubmitDialogProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [licence, setLicence] = useState(contribution.licence);
  const [isPicking, setIsPicking] = useState(false);
  const [isMineToGive, setIsMineToGive] = useState(false);
  const [isMeant, setIsMeant] = useState(false);
  const { lines } = useReportLines(contribution, !open);
  const personal = (lines ?? []).find(needsConsent);
  const submit = useMutation(
    trpc.contribution.submit.mutationOptions({
      onSuccess: async () => {
        onOpenChange(false);
        await queryClient.invalidateQueries();
      },
    }),
  );
  const { setAside } = contribution.rows;
  const mayGo = isMineToGive && (isMeant || !personal);
  const rest =
    setAside > 0 ? ` The ${rowsText(setAside)} set aside stay with you and are not submitted.` : "";
  return (
    <Dialog
      title={`Submit ${rowsText(usableRows(contribution.rows))}`}
      description={`The validators of “${contribution.datanetName}” decide on them.${rest}`}
      open={open}
      onOpenChange={onOpenChange}
    >
      <form
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          if (!mayGo) return;
          const { id: contributionId } = contribution;
          submit.mutate({ contributionId, licence, isMineToGive: true, isPersonalDataMeant: isMeant });
        }}
      >
        <OpenWarnings lines={lines ?? []} />
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
        {personal ? (
          <Checkbox
            label={`${personal.title}: it is meant to be there.`}
            hint="If not, close this and redact it, or leave those rows out. Everybody who may read the Datanet sees it."
            checked={isMeant}
            onChange={(event) => setIsMeant(event.target.checked)}
          />
        ) : null}
        <ErrorCallout error={submit.error} />
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={() => onOpenChange(false)}>Not yet</Button>
          <Button
            type="submit"
            variant="primary"
            disabled={!mayGo}
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
