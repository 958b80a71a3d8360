"use client";
import { useMutation } from "@tanstack/react-query";
import { ErrorCallout } from "@/components/common/error-callout";
import { formatCount } from "@/components/common/numbers";
import { useTRPCClient } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { SignNotice } from "@/components/wallet/sign-notice";
import { TxStatus } from "@/components/wallet/tx-status";
import { useContractWrite } from "@/components/wallet/use-contract-write";
import { WalletProvider } from "@/components/wallet/wallet-provider";
import { WriteStatus } from "@/components/wallet/write-status";
import type { Version } from "./version-screen";

const ENDED_WITHOUT_EFFECT = new Set(["reverted", "dropped", "replaced"]);

/** One transaction; safe to leave and to repeat. */
function CommitVersion({ version }: { version: Version }) {
  const client = useTRPCClient();
  const write = useContractWrite();
  const send = useMutation({
    mutationFn: async () => {
      const { call } = await client.snapshot.prepareCommit.mutate({ snapshotId: version.id });
      await write.write({ purpose: "snapshot.commit", subjectId: version.id, call });
    },
  });
  const { transaction, status } = version;
  const isLost = transaction !== null && ENDED_WITHOUT_EFFECT.has(transaction.status);
  return (
    <>
      <SignNotice
        what={`record version ${version.number}: the root over ${formatCount(version.rows)} rows, its manifest and the validators’ signatures`}
        cost="fee"
      />
      {send.error ? <ErrorCallout error={send.error} onRetry={() => send.mutate()} /> : null}
      {status === "commit" || isLost ? (
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
    </>
  );
}

/** For the public version page, which carries no wallet of its own. */
export function CommitVersionWithWallet({ version }: { version: Version }) {
  return (
    <WalletProvider>
      <CommitVersion version={version} />
    </WalletProvider>
  );
}
