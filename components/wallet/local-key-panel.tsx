"use client";
import { useState } from "react";
import { useChains } from "wagmi";
import { HashLink } from "../common/hash-link";
import { useAccount } from "../trpc/use-account";
import { Button } from "../ui/button";
import { FaucetButton } from "./chain-error-callout";
import { ExportKeyDialog } from "./export-key-dialog";
import { ImportKeyDialog } from "./import-key-dialog";
import { useLocalAddress } from "./use-local-address";

/** Back up, import and fund the key kept in this browser; shown on the local chain only. */
export function LocalKeyPanel() {
  const [chain] = useChains();
  const address = useLocalAddress()?.toLowerCase();
  const { account } = useAccount();
  const isSignedIn = account?.address === address;
  const [open, setOpen] = useState<"export" | "import" | null>(null);
  if (!chain.testnet) return null;
  return (
    <section aria-labelledby="local-wallet">
      <h2 id="local-wallet" className="text-lg">
        Local wallet
      </h2>
      <p className="mt-1 max-w-reading text-muted">
        {address
          ? "Its key is kept in this browser only. If the browser's data is cleared and you have no copy, the account and what it earned are lost."
          : "There is no key in this browser. Import one that you backed up elsewhere, or sign in with a local wallet to make one."}
      </p>
      {address ? (
        <p className="mt-2">
          <HashLink value={address} label="local wallet address" />
        </p>
      ) : null}
      <div className="mt-3 flex flex-wrap gap-2">
        {address ? <Button onClick={() => setOpen("export")}>Back up key</Button> : null}
        <Button onClick={() => setOpen("import")}>Import key</Button>
        {isSignedIn && address ? <FaucetButton size="md" /> : null}
      </div>
      <ExportKeyDialog isOpen={open === "export"} onClose={() => setOpen(null)} />
      <ImportKeyDialog
        isOpen={open === "import"}
        onClose={() => setOpen(null)}
        hasKey={address !== undefined}
      />
    </section>
  );
}
