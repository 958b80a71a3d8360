"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ErrorCallout } from "@/components/common/error-callout";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import type { Version } from "./version-screen";

/** Approvals are signed for seven days; afterwards the owner asks for them anew. */
export function RenewDeadline({ version }: { version: Version }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const renew = useMutation(
    trpc.snapshot.resume.mutationOptions({ onSuccess: () => queryClient.invalidateQueries() }),
  );
  return (
    <div className="grid gap-3">
      <Callout
        tone="warn"
        title="The seven days for approving this version are over."
        action={
          version.isOwner ? (
            <Button
              isBusy={renew.isPending}
              busyLabel="Renewing…"
              onClick={() => renew.mutate({ snapshotId: version.id })}
            >
              Ask for approval again
            </Button>
          ) : null
        }
      >
        {version.isOwner
          ? "The rows stay as they are. Validators sign once more, for another seven days."
          : "Its owner can ask for approval again."}
      </Callout>
      {renew.error ? <ErrorCallout error={renew.error} /> : null}
    </div>
  );
}
