"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { personName } from "../account/person";
import { useSignInHref } from "../account/use-sign-in-href";
import { ErrorCallout } from "../common/error-callout";
import { PageHeader } from "../common/page-header";
import { type RouterOutputs, useTRPC } from "../trpc/client";
import { useAccount } from "../trpc/use-account";
import { Button, LinkButton } from "../ui/button";
import { Skeleton } from "../ui/skeleton";
import { ROLE_MAY, ROLE_WORDS } from "./words";

/** What a link opens, and the way in. */
export function InvitationScreen({ token }: { token: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.invitation.get.queryOptions({ token }));
  if (query.error) return <ErrorCallout error={query.error} onRetry={() => query.refetch()} />;
  if (!query.data) return <Skeleton className="h-40" />;
  const { problem, datanet } = query.data;
  if (!datanet) {
    return (
      <>
        <PageHeader title={problem?.message ?? "This invitation does not exist."} sentence={problem?.fix} />
        <LinkButton href="/datanets">See the Datanets</LinkButton>
      </>
    );
  }
  return <OpenInvitation token={token} invitation={{ ...query.data, datanet }} />;
}

type Invitation = RouterOutputs["invitation"]["get"];
type Open = Invitation & { datanet: NonNullable<Invitation["datanet"]> };

function OpenInvitation({ token, invitation }: { token: string; invitation: Open }) {
  const { datanet, hasJoined } = invitation;
  const role = invitation.role ?? "member";
  const owner = personName({ name: datanet.ownerName, address: datanet.ownerAddress });
  return (
    <div className="max-w-180">
      <PageHeader
        noun="Invitation"
        title={datanet.name}
        sentence={`${owner} invites you to this Datanet as a ${ROLE_WORDS[role]}.`}
      />
      <h2 className="text-lg">Purpose</h2>
      <p className="mt-1 max-w-reading whitespace-pre-line break-words">{datanet.purpose}</p>
      <p className="mt-4 max-w-reading text-muted">
        As a {ROLE_WORDS[role]} you may {ROLE_MAY[role]}.
      </p>
      <div className="mt-6">
        {hasJoined ? (
          <>
            <p className="mb-3">You are in.</p>
            <LinkButton variant="primary" href={`/datanets/${datanet.id}`}>
              Open the Datanet
            </LinkButton>
          </>
        ) : (
          <Join token={token} />
        )}
      </div>
    </div>
  );
}

function Join({ token }: { token: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const signInHref = useSignInHref();
  const { account, isLoading } = useAccount();
  const accept = useMutation(
    trpc.invitation.accept.mutationOptions({
      onSuccess: async ({ datanetId }) => {
        await queryClient.invalidateQueries();
        router.push(`/datanets/${datanetId}`);
      },
    }),
  );
  if (isLoading) return <Skeleton className="h-9 w-40" />;
  if (!account) {
    return (
      <>
        <p className="mb-3 max-w-reading text-muted">
          Signing in takes one signature by a wallet and costs nothing. You come back to this page.
        </p>
        <LinkButton variant="primary" href={signInHref}>
          Sign in to join
        </LinkButton>
      </>
    );
  }
  return (
    <>
      <ErrorCallout error={accept.error} />
      <Button
        variant="primary"
        className={accept.error ? "mt-3" : undefined}
        onClick={() => accept.mutate({ token })}
        isBusy={accept.isPending}
        busyLabel="Joining…"
      >
        Join
      </Button>
    </>
  );
}
