"use client";
import { useMutation } from "@tanstack/react-query";
import { ErrorCallout } from "@/components/common/error-callout";
import { formatCount } from "@/components/common/numbers";
import { useTRPCClient } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { SignNotice } from "@/components/wallet/sign-notice";
import { TxStatus } from "@/components/wallet/tx-status";
import { useContractWrite } from "@/components/wallet/use-contract-write";
import { WriteStatus } from "@/components/wallet/write-status";
import { RenewDeadline } from "./renew-deadline";
import type { Version } from "./version-screen";

const ENDED_WITHOUT_EFFECT = new Set(["reverted", "dropped", "replaced"]);

/** The owner's part: one transaction; for everyone how far it is. */
export function CommitPanel({ version }: { version: Version }) {
  const client = useTRPCClient();
  const write = useContractWrite();
  const send = useMutation({
    mutationFn: async () => {
      const { call } = await client.snapshot.prepareCommit.mutate({ snapshotId: version.id });
      await write.write({ purpose: "snapshot.commit", subjectId: version.id, call });
    },
  });
  const { transaction, status } = version;
  if (status === "frozen") return transaction ? <TxStatus hash={transaction.hash} /> : null;
  if (version.hasExpired) return <RenewDeadline version={version} />;
  const isLost = transaction !== null && ENDED_WITHOUT_EFFECT.has(transaction.status);
  const canSend = version.isOwner && (status === "commit" || isLost);
  return (
    <section className="grid gap-3">
      <h2 className="text-lg">Put it on the chain</h2>
      {version.isOwner ? (
        <SignNotice
          what={`record version ${version.number}: the root over ${formatCount(version.rows)} rows, its manifest and the validators’ signatures`}
          cost="fee"
        />
      ) : (
        <Callout title="It waits for the owner’s wallet.">The page follows by itself.</Callout>
      )}
      {send.error ? <ErrorCallout error={send.error} onRetry={() => send.mutate()} /> : null}
      {canSend ? (
        <div>
          <Button
            variant="primary"
            isBusy={send.isPending || write.isBusy}
            busyLabel="Freezing…"
            onClick={() => send.mutate()}
          >
            Freeze version {version.number} on the chain
          </Button>
        </div>
      ) : null}
      {write.state === "idle" && transaction ? <TxStatus hash={transaction.hash} /> : null}
      <WriteStatus write={write} onRetry={() => send.mutate()} />
    </section>
  );
}
