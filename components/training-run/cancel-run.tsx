"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ErrorCallout } from "@/components/common/error-callout";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";

type CancelRunProps = {
  run: { id: string; status: string; isCancelRequested: boolean };
  /** Told to a screen reader where several runs can be cancelled. */
  name?: string;
  size?: "sm";
};

/** Asks once, then stops the run; from its page or from the line. */
export function CancelRun({ run, name, size }: CancelRunProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isOpen, setIsOpen] = useState(false);
  const cancel = useMutation(
    trpc.trainingRun.cancel.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.trainingRun.get.queryFilter({ runId: run.id }));
        await queryClient.invalidateQueries(trpc.trainingRun.queue.queryFilter());
        setIsOpen(false);
      },
    }),
  );
  return (
    <>
      <Button
        size={size}
        onClick={() => setIsOpen(true)}
        disabled={run.isCancelRequested}
        aria-label={name ? `Cancel ${name}` : undefined}
      >
        {run.isCancelRequested ? "Stopping…" : name ? "Cancel" : "Cancel the run"}
      </Button>
      <Dialog
        title="Cancel this run?"
        description={
          run.status === "training"
            ? "The best adapter so far is kept and can be downloaded; it is not measured."
            : "It ends here. What was made so far is kept."
        }
        open={isOpen}
        onOpenChange={setIsOpen}
      >
        {cancel.error ? <ErrorCallout error={cancel.error} className="mb-3" /> : null}
        <div className="flex justify-end gap-2">
          <Button onClick={() => setIsOpen(false)}>Keep it going</Button>
          <Button
            variant="danger"
            isBusy={cancel.isPending}
            busyLabel="Cancelling…"
            onClick={() => cancel.mutate({ runId: run.id })}
          >
            Cancel the run
          </Button>
        </div>
      </Dialog>
    </>
  );
}
