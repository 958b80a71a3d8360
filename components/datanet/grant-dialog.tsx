"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { personName } from "../account/person";
import { useTRPCClient } from "../trpc/client";
import { Button } from "../ui/button";
import { Callout } from "../ui/callout";
import { Dialog } from "../ui/dialog";
import { type ShownChainError, toChainError } from "../wallet/chain-error";
import { ChainErrorCallout } from "../wallet/chain-error-callout";
import { SignNotice } from "../wallet/sign-notice";
import { useContractWrite } from "../wallet/use-contract-write";
import { WalletProvider } from "../wallet/wallet-provider";
import { WriteStatus } from "../wallet/write-status";
import type { DatanetDetails } from "./datanet-screen";
import type { Member } from "./member-table";

type GrantDialogProps = { datanet: DatanetDetails; member: Member; onClose: () => void };

/** The role is written here first; then the owner's wallet tells the chain. Each half can be done again alone. */
export function GrantDialog({ datanet, member, onClose }: GrantDialogProps) {
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const write = useContractWrite();
  const [error, setError] = useState<ShownChainError | null>(null);
  const [isSaving, setIsSaving] = useState(false);
  // What is wanted is fixed when the window opens: the row behind it changes as the grant goes through.
  const [isOnlyChainMissing] = useState(member.isValidator !== member.isValidatorOnChain);
  const [isValidator] = useState(isOnlyChainMissing ? member.isValidator : !member.isValidator);
  const isRegistered = datanet.chainDatanetId !== null;
  const name = personName(member);
  const target = { datanetId: datanet.id, accountId: member.accountId };

  const start = async () => {
    setError(null);
    setIsSaving(true);
    try {
      await client.datanet.grant.mutate({ ...target, isValidator });
      await queryClient.invalidateQueries();
      if (!isRegistered) return onClose();
      const { call } = await client.datanet.prepareGrant.mutate(target);
      await write.write({ purpose: "datanet.grant", subjectId: datanet.id, call });
    } catch (cause) {
      setError(toChainError(cause));
    } finally {
      setIsSaving(false);
    }
  };

  const isDone = write.state === "included" || write.state === "final";
  return (
    <Dialog
      title={isValidator ? `Make ${name} a validator` : `Take the validator role from ${name}`}
      description={
        isValidator
          ? "They may then review rows of others and approve versions with their signature."
          : "They can no longer review, and their signature no longer counts for new versions."
      }
      open
      onOpenChange={onClose}
    >
      <div className="grid gap-4">
        {isRegistered ? (
          <SignNotice
            what={`tell the chain that ${name} ${isValidator ? "is" : "is no longer"} a validator`}
            cost="fee"
          />
        ) : (
          <Callout title="This Datanet is not on the chain yet">
            The role holds here at once. After you have registered the Datanet, press “Tell the chain” in this
            list.
          </Callout>
        )}
        <ChainErrorCallout error={error} onRetry={start} />
        <WriteStatus write={write} onRetry={start} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{write.hash ? "Close" : "Cancel"}</Button>
          {isDone ? null : (
            <Button variant="primary" onClick={start} isBusy={isSaving || write.isBusy} busyLabel="Working…">
              {isValidator ? "Grant the role" : "Take the role back"}
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}

/** For pages that carry no wallet of their own. */
export function GrantDialogWithWallet(props: GrantDialogProps) {
  return (
    <WalletProvider>
      <GrantDialog {...props} />
    </WalletProvider>
  );
}
