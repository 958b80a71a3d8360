"use client";
import { useState } from "react";
import { useChains } from "wagmi";
import { CopyButton } from "../common/copy-button";
import { downloadText } from "../common/csv";
import { HashLink } from "../common/hash-link";
import { useAccount } from "../trpc/use-account";
import { Button } from "../ui/button";
import { Callout } from "../ui/callout";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { FaucetButton } from "./chain-error-callout";
import { isPrivateKey, readLocalKey, storeLocalKey } from "./local-key";
import { useLocalAddress } from "./use-local-address";

/** Export, import and fund the key kept in this browser; shown on the local chain only. */
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
          : "There is no key in this browser. Import one that you exported elsewhere, or sign in with a local wallet to make one."}
      </p>
      {address ? (
        <p className="mt-2">
          <HashLink value={address} label="local wallet address" />
        </p>
      ) : null}
      <div className="mt-3 flex flex-wrap gap-2">
        {address ? <Button onClick={() => setOpen("export")}>Export key</Button> : null}
        <Button onClick={() => setOpen("import")}>Import key</Button>
        {isSignedIn && address ? <FaucetButton size="md" /> : null}
      </div>
      <ExportDialog isOpen={open === "export"} onClose={() => setOpen(null)} />
      <ImportDialog isOpen={open === "import"} onClose={() => setOpen(null)} hasKey={address !== undefined} />
    </section>
  );
}

type DialogProps = { isOpen: boolean; onClose: () => void };

function ExportDialog({ isOpen, onClose }: DialogProps) {
  const key = isOpen ? readLocalKey() : null;
  return (
    <Dialog
      title="Export the local key"
      description="Whoever has this key is this account. Keep it like a password."
      open={isOpen}
      onOpenChange={onClose}
    >
      <div className="flex items-start gap-1 rounded-md bg-sunken p-3">
        <code className="min-w-0 flex-1 font-mono text-sm break-all">{key}</code>
        <CopyButton value={key ?? ""} label="key" />
      </div>
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={() => downloadText("modelfactory-local-key.txt", `${key}\n`, "text/plain")}>
          Download as a file
        </Button>
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </Dialog>
  );
}

function ImportDialog({ isOpen, onClose, hasKey }: DialogProps & { hasKey: boolean }) {
  const [text, setText] = useState("");
  const [error, setError] = useState<string | null>(null);
  const key = text.trim();
  const close = () => {
    setText("");
    setError(null);
    onClose();
  };
  const submit = () => {
    if (!isPrivateKey(key)) {
      setError("This is not a key: it has to be 0x followed by 64 hex digits.");
      return;
    }
    try {
      storeLocalKey(key);
      close();
    } catch {
      setError("This browser does not let the page keep data. Allow storage for this site, then try again.");
    }
  };
  return (
    <Dialog title="Import a local key" open={isOpen} onOpenChange={close}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {hasKey ? (
          <Callout tone="warn" title="The key in this browser is replaced">
            Export it first if it holds anything. Afterwards sign in again with the new one.
          </Callout>
        ) : null}
        <Field label="Key" hint="0x followed by 64 hex digits" error={error}>
          <Input
            value={text}
            onChange={(event) => setText(event.target.value)}
            autoComplete="off"
            spellCheck={false}
            className="font-mono text-sm"
          />
        </Field>
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" variant="primary">
            Import
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
