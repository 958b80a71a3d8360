"use client";
import { useMutation } from "@tanstack/react-query";
import { ErrorCallout } from "../../common/error-callout";
import { formatCount } from "../../common/numbers";
import { useTRPC } from "../../trpc/client";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { rowsText } from "../words";
import { wordsFor } from "./finding-words";
import type { AskedRepair } from "./repairs";

type RepairDialogProps = {
  contributionId: string;
  repair: AskedRepair;
  onClose: () => void;
  /** The repair is stored and the file is being read again. */
  onStarted: () => void;
};

/** What a repair changes, row by row, before it is done. */
export function RepairDialog({ contributionId, repair, onClose, onStarted }: RepairDialogProps) {
  const trpc = useTRPC();
  const { line, action, rows } = repair;
  const n = rows?.length ?? line.n;
  const start = useMutation(
    trpc.contribution.repair.mutationOptions({
      onSuccess: () => {
        onClose();
        onStarted();
      },
    }),
  );
  const isFix = action === "fix";
  const apply = isFix
    ? rows
      ? `Repair row ${rows[0]}`
      : line.fix!
    : `Leave ${n === 1 ? "it" : rowsText(n)} out`;
  return (
    <Dialog
      title={titleOf(repair, n)}
      description={
        isFix
          ? "The file is read again with this repair; your file itself stays as it is, and you can take the repair back."
          : "Rows that are left out are set aside, not deleted: you can take this back until you submit."
      }
      open
      onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}
      className="max-w-3xl"
    >
      <p className="max-w-reading">{wordsFor(line.code).why}</p>
      <ErrorCallout error={start.error} className="mt-4" />
      <div className="mt-5 flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Not now</Button>
        <Button
          variant="primary"
          isBusy={start.isPending}
          busyLabel="Starting…"
          onClick={() => start.mutate({ contributionId, code: line.code, action, rows })}
        >
          {apply}
        </Button>
      </div>
    </Dialog>
  );
}

function titleOf({ line, action, rows }: AskedRepair, n: number): string {
  const which = rows ? `row ${formatCount(rows[0]!)}` : rowsText(n);
  return action === "fix" ? `Repair ${which}: ${wordsFor(line.code).done ?? ""}` : `Leave out ${which}`;
}
