"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { personName } from "../account/person";
import { useTRPCClient } from "../trpc/client";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { type ShownChainError, toChainError } from "../wallet/chain-error";
import { ChainErrorCallout } from "../wallet/chain-error-callout";
import { SignNotice } from "../wallet/sign-notice";
import { useContractWrite } from "../wallet/use-contract-write";
import { WalletProvider } from "../wallet/wallet-provider";
import { WriteStatus } from "../wallet/write-status";
import type { DatanetDetails } from "./datanet-screen";
import type { Member } from "./member-table";

type RemoveMemberDialogProps = { datanet: DatanetDetails; member: Member; onClose: () => void };

/** They are out at once; where the chain knows them as a validator, the owner's wallet then tells it. */
function RemoveMemberDialog({ datanet, member, onClose }: RemoveMemberDialogProps) {
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const write = useContractWrite();
  const [error, setError] = useState<ShownChainError | null>(null);
  const [isSaving, setIsSaving] = useState(false);
  const [isOut, setIsOut] = useState(false);
  const name = personName(member);
  const target = { datanetId: datanet.id, accountId: member.accountId };
  const start = async () => {
    setError(null);
    setIsSaving(true);
    try {
      if (!isOut) await client.datanet.removeMember.mutate(target);
      setIsOut(true);
      if (!member.isValidatorOnChain) {
        await queryClient.invalidateQueries();
        return onClose();
      }
      const { call } = await client.datanet.prepareGrant.mutate(target);
      await write.write({ purpose: "datanet.grant", subjectId: datanet.id, call });
    } catch (cause) {
      setError(toChainError(cause));
    } finally {
      setIsSaving(false);
    }
  };
  const close = () => {
    if (isOut) queryClient.invalidateQueries();
    onClose();
  };
  const isDone = write.state === "included" || write.state === "final";
  return (
    <Dialog
      title={`Remove ${name}`}
      description="They lose access at once, also to what they contributed. Their rows stay, with their name and their credit."
      open
      onOpenChange={close}
    >
      <div className="grid gap-4">
        {member.isValidatorOnChain ? (
          <SignNotice what={`tell the chain that ${name} is no longer a validator`} cost="fee" />
        ) : null}
        <ChainErrorCallout error={error} onRetry={start} />
        <WriteStatus write={write} onRetry={start} />
        <div className="flex justify-end gap-2">
          <Button onClick={close}>{isOut ? "Close" : "Cancel"}</Button>
          {isDone ? null : (
            <Button variant="primary" onClick={start} isBusy={isSaving || write.isBusy} busyLabel="Working…">
              {isOut ? "Tell the chain" : "Remove"}
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}

/** For pages that carry no wallet of their own. */
export function RemoveMemberDialogWithWallet(props: RemoveMemberDialogProps) {
  return (
    <WalletProvider>
      <RemoveMemberDialog {...props} />
    </WalletProvider>
  );
}
