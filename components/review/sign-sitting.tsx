"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ErrorCallout } from "../common/error-callout";
import { formatCount } from "../common/numbers";
import { useTRPC, useTRPCClient } from "../trpc/client";
import { Button } from "../ui/button";
import { ChainErrorCallout } from "../wallet/chain-error-callout";
import { SignNotice } from "../wallet/sign-notice";
import { useSignTypedDataAction } from "../wallet/use-sign-typed-data-action";
import { WalletProvider } from "../wallet/wallet-provider";

type SignSittingProps = { datanetId: string; unsigned: number };

function SignSitting({ datanetId, unsigned }: SignSittingProps) {
  const client = useTRPCClient();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const wallet = useSignTypedDataAction();
  const sign = useMutation({
    mutationFn: async () => {
      const { typedData, ...sitting } = await client.review.getSitting.mutate({ datanetId });
      const signature = await wallet.sign(typedData);
      if (!signature) return;
      await client.review.signSitting.mutate({ datanetId, ...sitting, signature });
      await queryClient.invalidateQueries(trpc.review.unsigned.queryFilter({ datanetId }));
    },
  });
  const what = unsigned === 1 ? "your decision" : `your ${formatCount(unsigned)} decisions`;
  return (
    <div className="grid gap-3">
      <SignNotice what={`sign ${what} here, as one Merkle root`} cost="nothing" />
      {sign.error ? <ErrorCallout error={sign.error} onRetry={() => sign.mutate()} /> : null}
      <ChainErrorCallout error={wallet.error} onRetry={() => sign.mutate()} />
      <div>
        <Button
          isBusy={sign.isPending}
          busyLabel={wallet.state === "signing" ? "Confirm it in your wallet…" : "Signing…"}
          onClick={() => sign.mutate()}
        >
          Sign {what}
        </Button>
      </div>
    </div>
  );
}

/** Wallet code is loaded only with this file. */
export function SignSittingWithWallet(props: SignSittingProps) {
  return (
    <WalletProvider>
      <SignSitting {...props} />
    </WalletProvider>
  );
}
