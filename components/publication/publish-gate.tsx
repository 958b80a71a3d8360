"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ErrorCallout } from "@/components/common/error-callout";
import { type RouterOutputs, useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { PublishChecks } from "./publish-checks";
import { PublishRecord } from "./publish-record";

type Adapter = RouterOutputs["adapter"]["get"];
const POLL_MS = 1_500;
const LIVE = new Set(["checking", "submitted", "included"]);

export function PublishGate({ adapter }: { adapter: Adapter }) {
  const trpc = useTRPC();
  const query = useQuery(
    trpc.publication.ofAdapter.queryOptions(
      { adapterId: adapter.id },
      { refetchInterval: ({ state }) => (LIVE.has(state.data?.status ?? "") ? POLL_MS : false) },
    ),
  );
  if (query.error) return <ErrorCallout error={query.error} onRetry={() => query.refetch()} />;
  const publication = query.data;
  const canStart = !publication || publication.status === "blocked" || publication.status === "ready";
  return (
    <div className="mt-6 grid gap-8 md:grid-cols-2">
      <section>
        <h2 className="text-lg">1. Check</h2>
        <p className="mt-1 mb-4 text-muted">
          Before anything is signed, the files are hashed again and the adapter is loaded again and asked the
          same questions. The verdict is shown as it is; it never stops you.
        </p>
        {canStart ? (
          <StartForm adapter={adapter} isAgain={publication !== null && publication !== undefined} />
        ) : null}
        {publication ? <PublishChecks status={publication.status} checks={publication.checks} /> : null}
      </section>
      <section>
        <h2 className="text-lg">2. Sign and send</h2>
        {publication ? (
          <PublishRecord publication={publication} adapterId={adapter.id} />
        ) : (
          <p className="mt-1 text-muted">Opens when every check has passed.</p>
        )}
      </section>
    </div>
  );
}

function StartForm({ adapter, isAgain }: { adapter: Adapter; isAgain: boolean }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [name, setName] = useState(adapter.name);
  const start = useMutation(
    trpc.publication.start.mutationOptions({ onSuccess: () => queryClient.invalidateQueries() }),
  );
  return (
    <form
      className="mb-5 flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (!start.isPending) start.mutate({ adapterId: adapter.id, name });
      }}
    >
      <Field label="Name of the adapter" hint="It stands on the card, whose hash goes to the chain.">
        <Input value={name} onChange={(event) => setName(event.target.value)} maxLength={80} />
      </Field>
      {start.error ? <ErrorCallout error={start.error} /> : null}
      <div>
        <Button
          type="submit"
          variant={isAgain ? "secondary" : "primary"}
          isBusy={start.isPending}
          busyLabel="Starting the checks…"
        >
          {isAgain ? "Run the checks again" : "Run the checks"}
        </Button>
      </div>
      {adapter.verdict !== "better" ? (
        <Callout tone="warn">
          This adapter was not shown to be better. You may still publish it; the card says so.
        </Callout>
      ) : null}
    </form>
  );
}
