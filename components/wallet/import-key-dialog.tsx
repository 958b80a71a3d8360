"use client";
import { type FormEvent, useState } from "react";
import { Button } from "../ui/button";
import { Callout } from "../ui/callout";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Textarea } from "../ui/textarea";
import { decryptKey, KeystoreError, looksLikeKeystore } from "./keystore";
import { isPrivateKey, storeLocalKey } from "./local-key";

/** Larger files hold no key. */
const MOST_BYTES = 100_000;

type Problem = { field: "key" | "password"; text: string };
type Props = { isOpen: boolean; onClose: () => void; hasKey: boolean };

/** Takes a plain key or a keystore file; replaces the key in this browser only when all is right. */
export function ImportKeyDialog({ isOpen, onClose, hasKey }: Props) {
  const [text, setText] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const isKeystore = looksLikeKeystore(text);
  const close = () => {
    setText("");
    setPassword("");
    setProblem(null);
    onClose();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(null);
    setIsBusy(true);
    try {
      const key = isKeystore ? await decryptKey(text, password) : text.trim();
      if (!isPrivateKey(key)) return setProblem({ field: "key", text: NOT_A_KEY });
      storeLocalKey(key);
      close();
    } catch (cause) {
      setProblem(problemOf(cause));
    } finally {
      setIsBusy(false);
    }
  };
  const choose = async (file: File | undefined) => {
    setProblem(null);
    if (!file) return;
    if (file.size > MOST_BYTES)
      return setProblem({ field: "key", text: "This file is too large for a key." });
    setText(await file.text());
  };
  return (
    <Dialog title="Import a local key" open={isOpen} onOpenChange={close}>
      <form className="grid gap-4" onSubmit={submit}>
        {hasKey ? (
          <Callout tone="warn" title="The key in this browser is replaced">
            Back it up first if it holds anything. Afterwards sign in again with the new one.
          </Callout>
        ) : null}
        <Field label="Keystore file" hint="The encrypted file that you downloaded">
          <Input type="file" accept=".json,.txt" onChange={(event) => choose(event.target.files?.[0])} />
        </Field>
        <Field
          label="Key or keystore"
          hint="0x followed by 64 hex digits, or the text of the file"
          error={problem?.field === "key" ? problem.text : null}
        >
          <Textarea
            rows={3}
            value={text}
            onChange={(event) => setText(event.target.value)}
            autoComplete="off"
            spellCheck={false}
            className="font-mono text-sm"
          />
        </Field>
        {isKeystore ? (
          <Field label="Password of the file" error={problem?.field === "password" ? problem.text : null}>
            <Input
              type="password"
              autoComplete="off"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          </Field>
        ) : null}
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" variant="primary" isBusy={isBusy} busyLabel="Opening…">
            Import
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

const NOT_A_KEY = "This is not a key: it has to be 0x followed by 64 hex digits.";
const NO_STORAGE =
  "This browser does not let the page keep data. Allow storage for this site, then try again.";

function problemOf(cause: unknown): Problem {
  if (!(cause instanceof KeystoreError)) return { field: "key", text: NO_STORAGE };
  return { field: cause.problem === "wrong-password" ? "password" : "key", text: cause.message };
}
