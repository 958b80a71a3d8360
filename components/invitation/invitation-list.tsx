"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { CopyButton } from "../common/copy-button";
import { ErrorCallout } from "../common/error-callout";
import { formatCount } from "../common/numbers";
import { TimeAgo } from "../common/time-ago";
import { type RouterOutputs, useTRPC } from "../trpc/client";
import { Button } from "../ui/button";
import { Callout } from "../ui/callout";
import { Skeleton } from "../ui/skeleton";
import { InvitationForm } from "./invitation-form";
import { ROLE_WORDS } from "./words";

type Invitation = RouterOutputs["invitation"]["list"][number];

/** The owner's links: make one, copy it once, see what is left of it, take it back. */
export function InvitationList({ datanetId }: { datanetId: string }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const list = useQuery(trpc.invitation.list.queryOptions({ datanetId }));
  const refresh = () => queryClient.invalidateQueries(trpc.invitation.list.queryFilter({ datanetId }));
  const create = useMutation(trpc.invitation.create.mutationOptions({ onSuccess: refresh }));
  return (
    <section aria-labelledby="invitations" className="grid gap-4">
      <div>
        <h2 id="invitations" className="text-lg">
          Invitations
        </h2>
        <p className="mt-1 max-w-reading text-muted">
          Whoever opens the link sees this Datanet’s name and purpose, signs in and is a member. Send it only
          to whom you mean.
        </p>
      </div>
      <InvitationForm
        isBusy={create.isPending}
        onSubmit={(values) => create.mutate({ datanetId, ...values })}
      />
      <ErrorCallout error={create.error} />
      {create.data ? <NewLink token={create.data.token} /> : null}
      {list.error ? <ErrorCallout error={list.error} onRetry={() => list.refetch()} /> : null}
      {list.isPending ? <Skeleton className="h-16" /> : null}
      {list.data?.length === 0 ? <p className="text-muted">No invitation was made yet.</p> : null}
      {list.data && list.data.length > 0 ? (
        <ul className="divide-y divide-line border-y border-line">
          {list.data.map((invitation) => (
            <InvitationLine key={invitation.id} invitation={invitation} onRevoked={refresh} />
          ))}
        </ul>
      ) : null}
    </section>
  );
}

function NewLink({ token }: { token: string }) {
  const [link] = useState(() => `${window.location.origin}/invitations/${token}`);
  return (
    <Callout tone="success" title="Copy this link now: it is shown only once">
      <span className="flex items-center gap-2">
        <span className="min-w-0 font-mono text-sm break-all">{link}</span>
        <CopyButton value={link} label="the invitation link" className="shrink-0" />
      </span>
    </Callout>
  );
}

type InvitationLineProps = { invitation: Invitation; onRevoked: () => void };

function InvitationLine({ invitation, onRevoked }: InvitationLineProps) {
  const trpc = useTRPC();
  const revoke = useMutation(trpc.invitation.revoke.mutationOptions({ onSuccess: onRevoked }));
  const { id, role, usesLeft, expiresAt, createdAt, problem } = invitation;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
      <div className="min-w-0">
        <p>
          For a {ROLE_WORDS[role]}, made <TimeAgo at={createdAt} />
        </p>
        <p className="text-sm text-muted">
          {problem ??
            `${formatCount(usesLeft)} ${usesLeft === 1 ? "person" : "people"} may still join with it, until ${expiresAt.toLocaleDateString("en", { dateStyle: "medium" })}.`}
        </p>
        {revoke.error ? <ErrorCallout error={revoke.error} /> : null}
      </div>
      {problem ? null : (
        <Button
          size="sm"
          onClick={() => revoke.mutate({ invitationId: id })}
          isBusy={revoke.isPending}
          busyLabel="Taking back…"
          aria-label={`Take back the invitation for a ${ROLE_WORDS[role]}`}
        >
          Take back
        </Button>
      )}
    </li>
  );
}
