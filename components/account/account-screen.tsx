"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ErrorCallout } from "../common/error-callout";
import { HashLink } from "../common/hash-link";
import { PageHeader } from "../common/page-header";
import { shownError } from "../common/shown-error";
import { useTRPC } from "../trpc/client";
import { type Account, useAccount } from "../trpc/use-account";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { LocalKeyPanel } from "../wallet/local-key-panel";
import { LinkedAddresses } from "./linked-addresses";
import { RequireSignIn } from "./require-sign-in";
import { SessionList } from "./session-list";

export function AccountScreen() {
  const { account } = useAccount();
  return (
    <>
      <PageHeader title="Account" />
      <div className="grid gap-10">
        <RequireSignIn purpose="see your account">
          {account ? <Profile account={account} /> : null}
        </RequireSignIn>
        {account ? <LinkedAddresses address={account.address} /> : null}
        <LocalKeyPanel />
        {account ? <SessionList /> : null}
      </div>
    </>
  );
}

function Profile({ account }: { account: Account }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [name, setName] = useState(account.name ?? "");
  const save = useMutation(
    trpc.account.setName.mutationOptions({ onSuccess: () => queryClient.invalidateQueries() }),
  );
  const fieldError = save.error ? shownError(save.error).fields?.name : undefined;
  const isChanged = name.trim() !== (account.name ?? "");
  return (
    <section aria-labelledby="profile" className="grid max-w-120 gap-4">
      <h2 id="profile" className="text-lg">
        Profile
      </h2>
      <dl className="grid gap-1">
        <dt className="text-sm text-muted">Address</dt>
        <dd>
          <HashLink value={account.address} label="address" />
        </dd>
      </dl>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate({ name });
        }}
      >
        <Field
          label="Name"
          hint="Shown beside your contributions and reviews, to everyone."
          error={fieldError}
        >
          <div className="flex gap-2">
            <Input
              value={name}
              onChange={(event) => setName(event.target.value)}
              maxLength={40}
              autoComplete="nickname"
            />
            <Button type="submit" disabled={!isChanged} isBusy={save.isPending} busyLabel="Saving…">
              Save
            </Button>
          </div>
        </Field>
      </form>
      <p role="status" className="sr-only">
        {save.isSuccess && !isChanged ? "Name saved" : ""}
      </p>
      {save.error && !fieldError ? <ErrorCallout error={save.error} /> : null}
    </section>
  );
}
