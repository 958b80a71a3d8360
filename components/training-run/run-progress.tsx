"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Check } from "lucide-react";
import { useState } from "react";
import { ErrorCallout } from "@/components/common/error-callout";
import { formatSeconds } from "@/components/common/numbers";
import { useTRPC } from "@/components/trpc/client";
import { Button, Spinner } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Dialog } from "@/components/ui/dialog";
import { Progress } from "@/components/ui/progress";
import { progressLine, type Run, STAGES } from "./run-words";

/** Where a run is, in words; read from the server, so a reload or a closed laptop changes nothing. */
export function RunProgress({ run }: { run: Run }) {
  const trpc = useTRPC();
  const curve = useQuery(
    trpc.trainingRun.curve.queryOptions({ runId: run.id }, { enabled: run.status === "training" }),
  );
  const at = STAGES.findIndex((item) => item.stage === run.status);
  const { done = 0, total = 0 } = run.progress ?? {};
  return (
    <section aria-label="Progress" className="grid gap-5">
      <ol className="flex flex-wrap gap-x-6 gap-y-2">
        {STAGES.map(({ stage, name }, index) => (
          <li
            key={stage}
            aria-current={index === at ? "step" : undefined}
            className={cn(
              "flex items-center gap-1.5",
              index > at && "text-muted",
              index === at && "font-medium",
            )}
          >
            {index < at ? <Check aria-label="done" role="img" className="size-4 text-good-mark" /> : null}
            {index === at ? <Spinner /> : null}
            {name}
            {index < at ? (
              <span className="num text-sm text-muted">{formatSeconds(run.stageSeconds[stage] ?? 0)}</span>
            ) : null}
          </li>
        ))}
      </ol>
      {at >= 0 ? (
        <Progress
          value={total > 0 ? done : null}
          max={total || 1}
          label={progressLine(run, curve.data?.rowsPerSecond ?? null)}
        />
      ) : null}
      <div className="flex flex-wrap items-center gap-3">
        {run.isBuilder ? <CancelButton run={run} /> : null}
        {at >= 0 ? <p className="text-sm text-muted">You may close this page; the run goes on.</p> : null}
      </div>
    </section>
  );
}

function CancelButton({ run }: { run: Run }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isOpen, setIsOpen] = useState(false);
  const cancel = useMutation(
    trpc.trainingRun.cancel.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.trainingRun.get.queryFilter({ runId: run.id }));
        setIsOpen(false);
      },
    }),
  );
  return (
    <>
      <Button onClick={() => setIsOpen(true)} disabled={run.isCancelRequested}>
        {run.isCancelRequested ? "Stopping…" : "Cancel the run"}
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
