"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { AccessRule } from "@/db/schema/datanet.constants";
import { ErrorCallout } from "../common/error-callout";
import { formatCount } from "../common/numbers";
import { InvitationList } from "../invitation/invitation-list";
import { useTRPC } from "../trpc/client";
import { Button } from "../ui/button";
import { Callout } from "../ui/callout";
import { AccessChoice, CONTRIBUTE_WORDS, READ_WORDS } from "./access-choice";
import type { DatanetDetails } from "./datanet-screen";
import { openTab } from "./use-hash-tab";

/** The owner's: who may read, who may contribute, who reviews, and the links that let people in. */
export function AccessPanel({ datanet }: { datanet: DatanetDetails }) {
  return (
    <div className="grid max-w-180 gap-8">
      <AccessRules datanet={datanet} />
      <section>
        <h2 className="text-lg">Who reviews</h2>
        <p className="mt-1 max-w-reading text-muted">
          {datanet.counts.validators === 0
            ? "Nobody yet. "
            : `${formatCount(datanet.counts.validators)} ${datanet.counts.validators === 1 ? "validator" : "validators"}. `}
          Make a member a validator, or take somebody out, in the list of members; or send an invitation for
          validators.
        </p>
        <Button className="mt-3" onClick={() => openTab("members")}>
          See the members
        </Button>
      </section>
      <InvitationList datanetId={datanet.id} />
    </div>
  );
}

function AccessRules({ datanet }: { datanet: DatanetDetails }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [readAccess, setReadAccess] = useState<AccessRule>(datanet.readAccess);
  const [contributeAccess, setContributeAccess] = useState<AccessRule>(datanet.contributeAccess);
  const save = useMutation(
    trpc.datanet.setAccess.mutationOptions({ onSuccess: () => queryClient.invalidateQueries() }),
  );
  const isPrivate = readAccess === "invited";
  const wanted = isPrivate ? "invited" : contributeAccess;
  const isChanged = readAccess !== datanet.readAccess || wanted !== datanet.contributeAccess;
  const isBecomingPrivate = isPrivate && datanet.readAccess === "everyone";
  return (
    <section className="grid gap-5">
      <AccessChoice
        legend="Who may read it"
        words={READ_WORDS}
        value={readAccess}
        onChange={setReadAccess}
        isDisabled={save.isPending}
      />
      <AccessChoice
        legend="Who may contribute"
        words={CONTRIBUTE_WORDS}
        value={wanted}
        onChange={setContributeAccess}
        isDisabled={isPrivate || save.isPending}
      />
      {isPrivate ? (
        <p className="text-sm text-muted">What only the invited may read, only they may contribute to.</p>
      ) : null}
      {isBecomingPrivate ? (
        <Callout tone="warn" title="What this does not take back">
          Hashes that stand on the chain stay there, and so do the cards of published adapters, with the name
          this Datanet had. Published adapters stay open to everyone with their test results, without its rows
          and questions. Whatever somebody has read or downloaded they still have. Who has joined stays in;
          take people out in the list of members.
        </Callout>
      ) : null}
      <ErrorCallout error={save.error} />
      <div className="flex flex-wrap items-center gap-3">
        <Button
          variant="primary"
          disabled={!isChanged}
          isBusy={save.isPending}
          busyLabel="Saving…"
          onClick={() => save.mutate({ datanetId: datanet.id, readAccess, contributeAccess: wanted })}
        >
          Save who may read and contribute
        </Button>
        <span role="status" className="text-sm text-muted">
          {save.isSuccess && !isChanged ? "Saved." : ""}
        </span>
      </div>
    </section>
  );
}
