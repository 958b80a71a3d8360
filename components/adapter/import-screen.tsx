"use client";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { RequireSignIn } from "@/components/account/require-sign-in";
import { ErrorCallout } from "@/components/common/error-callout";
import { formatBytes } from "@/components/common/numbers";
import { PageHeader } from "@/components/common/page-header";
import { LicencePicker } from "@/components/datanet/licence-picker";
import { useTRPC } from "@/components/trpc/client";
import { Button, LinkButton } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Progress } from "@/components/ui/progress";
import { Select } from "@/components/ui/select";
import { ImportDrop } from "./import-drop";
import { useImport } from "./use-import";

/** Brings in an adapter made elsewhere: its two files, its base, its licence; every refusal in a sentence. */
export function ImportScreen() {
  return (
    <>
      <PageHeader
        noun="Adapters"
        title="Bring in an adapter"
        sentence="A LoRA adapter that PEFT saved elsewhere. It is checked without being run, and can then be measured on a Datanet's locked test."
      />
      <RequireSignIn purpose="bring in an adapter">
        <ImportForm />
      </RequireSignIn>
    </>
  );
}

function ImportForm() {
  const trpc = useTRPC();
  const router = useRouter();
  const bases = useQuery(trpc.adapter.importBases.queryOptions());
  const [files, setFiles] = useState<File[]>([]);
  const [name, setName] = useState("");
  const [baseId, setBaseId] = useState("");
  const [licence, setLicence] = useState("");
  const [source, setSource] = useState("");
  const { state, isBusy, send, cancel } = useImport((adapterId) => router.push(`/adapters/${adapterId}`));
  const chosen = baseId || bases.data?.find(({ isDefault }) => isDefault)?.id || bases.data?.[0]?.id || "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send({ name, baseId: chosen, licence, source }, files);
  };
  return (
    <form className="grid max-w-reading gap-6" onSubmit={submit}>
      <Callout tone="info" title="Nothing will be known of its training data">
        So it gets a verdict, but no influence and no record on the chain. Its page can be read by everybody.
      </Callout>
      <ImportDrop files={files} onFiles={setFiles} />
      <Field label="Name" isRequired>
        <Input value={name} minLength={3} maxLength={80} onChange={(event) => setName(event.target.value)} />
      </Field>
      {bases.error ? <ErrorCallout error={bases.error} onRetry={() => bases.refetch()} /> : null}
      <Field
        label="Base model"
        hint="The one it was trained on. The shapes of all its tensors are compared with this base."
        isRequired
      >
        <Select value={chosen} onChange={(event) => setBaseId(event.target.value)} disabled={!bases.data}>
          {(bases.data ?? []).map((base) => (
            <option key={base.id} value={base.id}>
              {base.name}
            </option>
          ))}
        </Select>
      </Field>
      <LicencePicker
        value={licence}
        onChange={setLicence}
        hint="Under which its maker gave it away, by its SPDX id. Type to search."
      />
      <Field
        label="Where it comes from"
        hint="A link or a sentence, for whoever reads its page. May stay empty."
      >
        <Input value={source} maxLength={300} onChange={(event) => setSource(event.target.value)} />
      </Field>
      {state.phase === "failed" ? (
        <ErrorCallout
          error={state.error}
          action={
            state.error.adapterId ? (
              <LinkButton size="sm" href={`/adapters/${state.error.adapterId}`}>
                Open that adapter
              </LinkButton>
            ) : null
          }
        />
      ) : null}
      {state.phase === "sending" ? (
        <Progress
          value={state.sent}
          max={state.total || 1}
          label={`Sent ${formatBytes(state.sent)} of ${formatBytes(state.total)}`}
        />
      ) : null}
      {state.phase === "checking" ? (
        <Progress value={null} label="Reading names, shapes and numbers" />
      ) : null}
      <div className="flex flex-wrap gap-2">
        <Button
          type="submit"
          variant="primary"
          disabled={files.length === 0 || chosen === ""}
          isBusy={isBusy}
          busyLabel="Checking…"
        >
          Check and bring in
        </Button>
        {isBusy ? <Button onClick={cancel}>Cancel</Button> : null}
      </div>
    </form>
  );
}
