"use client";
import dynamic from "next/dynamic";
import { Callout } from "@/components/ui/callout";
import { Skeleton } from "@/components/ui/skeleton";
import { RenewDeadline } from "./renew-deadline";
import type { Version } from "./version-screen";

/** Wallet code is loaded only for a validator who can sign now. */
const ApproveVersion = dynamic(
  () => import("./approve-version").then((module) => module.ApproveVersionWithWallet),
  { loading: () => <Skeleton className="h-40" /> },
);

/** A validator's part: one signature over the root, the manifest and the number of rows. */
export function ApprovePanel({ version }: { version: Version }) {
  if (version.hasExpired) return <RenewDeadline version={version} />;
  if (version.hasApproved) {
    return (
      <Callout tone="success" title="You have approved this version.">
        {version.approvals.length} of {version.quorum} signatures are here.
      </Callout>
    );
  }
  if (version.canApprove) return <ApproveVersion version={version} />;
  return (
    <Callout title={`${version.approvals.length} of ${version.quorum} validators have approved.`}>
      {version.isOwner
        ? "Ask a validator of this Datanet to open this page and approve. You cannot approve your own Datanet’s version."
        : "A validator of this Datanet approves it here. The page follows by itself."}
    </Callout>
  );
}
