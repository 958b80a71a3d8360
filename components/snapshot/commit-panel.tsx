"use client";
import dynamic from "next/dynamic";
import { Callout } from "@/components/ui/callout";
import { Skeleton } from "@/components/ui/skeleton";
import { TxStatus } from "@/components/wallet/tx-status";
import { RenewDeadline } from "./renew-deadline";
import type { Version } from "./version-screen";

/** Wallet code is loaded only for the owner of a version that is not yet on the chain. */
const CommitVersion = dynamic(
  () => import("./commit-version").then((module) => module.CommitVersionWithWallet),
  { loading: () => <Skeleton className="h-40" /> },
);

/** The owner's part: one transaction; for everyone how far it is. */
export function CommitPanel({ version }: { version: Version }) {
  const { transaction, status } = version;
  if (status === "frozen") return transaction ? <TxStatus hash={transaction.hash} /> : null;
  if (version.hasExpired) return <RenewDeadline version={version} />;
  return (
    <section className="grid gap-3">
      <h2 className="text-lg">Put it on the chain</h2>
      {version.isOwner ? (
        <CommitVersion version={version} />
      ) : (
        <>
          <Callout title="It waits for the owner’s wallet.">The page follows by itself.</Callout>
          {transaction ? <TxStatus hash={transaction.hash} /> : null}
        </>
      )}
    </section>
  );
}
