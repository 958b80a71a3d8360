"use client";
import { useAccount } from "../trpc/use-account";
import { LinkButton } from "../ui/button";
import { makeItYours } from "./make-it-yours";

/** From what somebody else made of a sample to a run of one's own on the same frozen version. */
export function MakeItYoursButton({ datanetId, version }: { datanetId: string; version: string }) {
  const { account } = useAccount();
  return (
    <LinkButton
      variant="primary"
      href={makeItYours({ id: datanetId, isSignedIn: Boolean(account) }, version)}
    >
      Make it yours
    </LinkButton>
  );
}
