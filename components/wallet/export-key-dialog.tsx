"use client";
import { type FormEvent, useState } from "react";
import { privateKeyToAddress } from "viem/accounts";
import { CopyButton } from "../common/copy-button";
import { downloadText } from "../common/csv";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { encryptKey, KeystoreError } from "./keystore";
import { readLocalKey } from "./local-key";

const SHORTEST = 8;

/** The encrypted file first; the plain key only when asked for. */
export function ExportKeyDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [isShown, setIsShown] = useState(false);
  const close = () => {
    setIsShown(false);
    onClose();
  };
  return (
    <Dialog
      title="Back up the local key"
      description="Whoever has this key is this account. The encrypted file opens with your password only; nobody can reset it."
      open={isOpen}
      onOpenChange={close}
    >
      <EncryptedForm />
      <div className="mt-5 border-t border-line pt-4">
        {isShown ? (
          <PlainKey />
        ) : (
          <Button size="sm" onClick={() => setIsShown(true)}>
            Show the plain key
          </Button>
        )}
      </div>
      <div className="mt-4 flex justify-end">
        <Button onClick={close}>Done</Button>
      </div>
    </Dialog>
  );
}

function EncryptedForm() {
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [error, setError] = useState<{ field: "password" | "again"; text: string } | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const [isDone, setIsDone] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setIsDone(false);
    if (password.length < SHORTEST) {
      return setError({ field: "password", text: `Use at least ${SHORTEST} characters.` });
    }
    if (password !== again) return setError({ field: "again", text: "The two passwords are not the same." });
    const key = readLocalKey();
    if (!key) return setError({ field: "password", text: "The key is no longer in this browser." });
    setError(null);
    setIsBusy(true);
    try {
      const name = `modelfactory-${privateKeyToAddress(key).slice(2, 10).toLowerCase()}.keystore.json`;
      downloadText(name, `${await encryptKey(key, password)}\n`, "application/json");
      setIsDone(true);
    } catch (cause) {
      const text = cause instanceof KeystoreError ? cause.message : "The browser could not encrypt the key.";
      setError({ field: "password", text });
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <form className="mt-4 grid gap-4" onSubmit={submit}>
      <Field
        label="Password"
        hint={`At least ${SHORTEST} characters`}
        error={error?.field === "password" ? error.text : null}
      >
        <Input
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </Field>
      <Field label="Password again" error={error?.field === "again" ? error.text : null}>
        <Input
          type="password"
          autoComplete="new-password"
          value={again}
          onChange={(event) => setAgain(event.target.value)}
        />
      </Field>
      <div>
        <Button type="submit" variant="primary" isBusy={isBusy} busyLabel="Encrypting…">
          Download the encrypted file
        </Button>
      </div>
      <p role="status" className="text-sm text-muted">
        {isDone ? "Downloaded. Try it once: import it in another browser." : ""}
      </p>
    </form>
  );
}

function PlainKey() {
  const key = readLocalKey();
  return (
    <>
      <div className="flex items-start gap-1 rounded-md bg-sunken p-3">
        <code className="min-w-0 flex-1 font-mono text-sm break-all">{key}</code>
        <CopyButton value={key ?? ""} label="key" />
      </div>
      <Button
        size="sm"
        className="mt-3"
        onClick={() => downloadText("modelfactory-local-key.txt", `${key}\n`, "text/plain")}
      >
        Download the plain key
      </Button>
    </>
  );
}
