"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { RequireSignIn } from "@/components/account/require-sign-in";
import { EmptyState } from "@/components/common/empty-state";
import { ErrorCallout } from "@/components/common/error-callout";
import { formatCount } from "@/components/common/numbers";
import { PageHeader } from "@/components/common/page-header";
import { Stat } from "@/components/common/stat";
import { type RouterOutputs, useTRPC } from "@/components/trpc/client";
import { Button, LinkButton } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Link } from "@/components/ui/link";
import { Skeleton } from "@/components/ui/skeleton";
import { FreezeTable } from "./freeze-table";

type Plan = RouterOutputs["snapshot"]["plan"];

export function FreezeScreen({ datanetId }: { datanetId: string }) {
  return (
    <RequireSignIn purpose="freeze a version">
      <LoadedPlan datanetId={datanetId} />
    </RequireSignIn>
  );
}

function LoadedPlan({ datanetId }: { datanetId: string }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.snapshot.plan.queryOptions({ datanetId }));
  if (error) return <ErrorCallout error={error} onRetry={refetch} />;
  if (!data) return <Skeleton className="h-80" />;
  return (
    <>
      <PageHeader
        noun={
          <Link className="link" href={`/datanets/${datanetId}`}>
            {data.datanet.name}
          </Link>
        }
        title={`Freeze version ${data.number}`}
        sentence="A version is a fixed copy of every accepted row, split into rows to train on and a locked test. Once it is on the chain nothing in it can be changed."
      />
      <Blocker plan={data} />
      {data.contributions.length > 0 ? <PlanBody plan={data} /> : null}
    </>
  );
}

/** Why it cannot be frozen now, and the way on. */
function Blocker({ plan }: { plan: Plan }) {
  const { datanet, open, lastFrozen, accepted } = plan;
  const back = <LinkButton href={`/datanets/${datanet.id}`}>Back to the Datanet</LinkButton>;
  if (open) {
    return (
      <Callout
        tone="warn"
        title={`Version ${open.number} is still on its way to the chain.`}
        action={<LinkButton href={`/versions/${open.id}`}>Open version {open.number}</LinkButton>}
      >
        One version is frozen at a time. Finish that one first.
      </Callout>
    );
  }
  if (!plan.isOnChain) {
    return (
      <Callout tone="warn" title="This Datanet is not registered on the chain yet." action={back}>
        A version is recorded under the Datanet’s number there. Register it first.
      </Callout>
    );
  }
  if (accepted < plan.minimumRows) {
    return (
      <EmptyState
        title={accepted === 0 ? "No accepted rows yet" : `Only ${formatCount(accepted)} accepted rows so far`}
        body={`A version needs at least ${plan.minimumRows} accepted rows. ${formatCount(plan.pending)} wait for review. For a verdict the test needs 50 questions, which takes about 120 different rows.`}
        action={
          <LinkButton href={`/datanets/${datanet.id}/${plan.pending > 0 ? "review" : "contribute"}`}>
            {plan.pending > 0 ? "Review rows" : "Contribute rows"}
          </LinkButton>
        }
      />
    );
  }
  if (!plan.isOwner) {
    return (
      <Callout title="Only the Datanet’s owner freezes a version." action={back}>
        You see here what it would hold.
      </Callout>
    );
  }
  if (lastFrozen && lastFrozen.rows === accepted) {
    return (
      <Callout title={`Version ${lastFrozen.number} holds the same number of rows.`}>
        Freeze again only if rows were changed since.
      </Callout>
    );
  }
  return null;
}

function PlanBody({ plan }: { plan: Plan }) {
  const contributors = new Set(
    plan.contributions.filter((c) => c.accepted > 0).map((c) => c.contributorAddress),
  );
  const canFreeze = plan.isOwner && plan.isOnChain && !plan.open && plan.accepted >= plan.minimumRows;
  const added = plan.accepted - (plan.lastFrozen?.rows ?? 0);
  return (
    <>
      <dl className="mt-6 mb-6 grid grid-cols-2 gap-6 sm:grid-cols-4">
        <Stat
          label="Rows to freeze"
          value={formatCount(plan.accepted)}
          note={
            plan.lastFrozen ? `${formatCount(added)} more than version ${plan.lastFrozen.number}` : undefined
          }
        />
        <Stat label="Contributors" value={formatCount(contributors.size)} />
        <Stat label="Waiting for review" value={formatCount(plan.pending)} note="not included" />
        <Stat label="Rejected" value={formatCount(plan.rejected)} note="not included" />
      </dl>
      <FreezeTable rows={plan.contributions} />
      {canFreeze ? <FreezeButton plan={plan} /> : null}
    </>
  );
}

function FreezeButton({ plan }: { plan: Plan }) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const freeze = useMutation(
    trpc.snapshot.freeze.mutationOptions({
      onSuccess: async ({ snapshotId }) => {
        await queryClient.invalidateQueries();
        router.push(`/versions/${snapshotId}`);
      },
    }),
  );
  return (
    <div className="mt-6 grid gap-3">
      <p className="max-w-reading text-muted">
        {formatCount(plan.accepted)} rows will be fixed, sorted into groups of near-duplicates, and split so
        that no group is on both sides. Then a validator approves it with a signature, and your wallet puts it
        on the chain. Nothing is signed yet.
      </p>
      {freeze.error ? <ErrorCallout error={freeze.error} /> : null}
      <div>
        <Button
          variant="primary"
          isBusy={freeze.isPending || freeze.isSuccess}
          busyLabel="Freezing…"
          onClick={() => freeze.mutate({ datanetId: plan.datanet.id })}
        >
          Freeze {formatCount(plan.accepted)} rows
        </Button>
      </div>
    </div>
  );
}
