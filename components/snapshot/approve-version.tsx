"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ErrorCallout } from "@/components/common/error-callout";
import { formatCount } from "@/components/common/numbers";
import { useTRPC, useTRPCClient } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { ChainErrorCallout } from "@/components/wallet/chain-error-callout";
import { SignNotice } from "@/components/wallet/sign-notice";
import { useSignTypedDataAction } from "@/components/wallet/use-sign-typed-data-action";
import { WalletProvider } from "@/components/wallet/wallet-provider";
import type { Version } from "./version-screen";

/** One signature over the root, the manifest and the number of rows. */
function ApproveVersion({ version }: { version: Version }) {
  const client = useTRPCClient();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const wallet = useSignTypedDataAction();
  const approve = useMutation({
    mutationFn: async () => {
      const { typedData, deadline } = await client.snapshot.getApproval.mutate({ snapshotId: version.id });
      const signature = await wallet.sign(typedData);
      if (!signature) return;
      await client.snapshot.approve.mutate({ snapshotId: version.id, signature, deadline });
      await queryClient.invalidateQueries(trpc.snapshot.get.queryFilter({ snapshotId: version.id }));
    },
  });
  return (
    <section className="grid gap-3">
      <h2 className="text-lg">Approve this version</h2>
      <SignNotice
        what={`sign that these ${formatCount(version.rows)} rows, under this root and manifest, are version ${version.number} of ${version.datanet.name}`}
        cost="nothing"
      />
      {approve.error ? <ErrorCallout error={approve.error} onRetry={() => approve.mutate()} /> : null}
      <ChainErrorCallout error={wallet.error} onRetry={() => approve.mutate()} />
      <div>
        <Button
          variant="primary"
          isBusy={approve.isPending}
          busyLabel={wallet.state === "signing" ? "Confirm it in your wallet…" : "Approving…"}
          onClick={() => approve.mutate()}
        >
          Approve version {version.number}
        </Button>
      </div>
    </section>
  );
}

/** For the public version page, which carries no wallet of its own. */
export function ApproveVersionWithWallet({ version }: { version: Version }) {
  return (
    <WalletProvider>
      <ApproveVersion version={version} />
    </WalletProvider>
  );
}
