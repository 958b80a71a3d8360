"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { RequireSignIn } from "@/components/account/require-sign-in";
import { EmptyState } from "@/components/common/empty-state";
import { ErrorCallout } from "@/components/common/error-callout";
import { PageHeader } from "@/components/common/page-header";
import { useTRPC } from "@/components/trpc/client";
import { Button, LinkButton } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Link } from "@/components/ui/link";
import { Skeleton } from "@/components/ui/skeleton";
import { TrainForm } from "./train-form";
import { parseTrainQuery } from "./train-link";

/** `version` is a snapshot id; without one the newest frozen version is taken. */
export function TrainScreen({ datanetId, version }: { datanetId: string; version: string | null }) {
  return (
    <RequireSignIn purpose="train an adapter">
      <ChooseVersion datanetId={datanetId} version={version} />
    </RequireSignIn>
  );
}

function ChooseVersion({ datanetId, version }: { datanetId: string; version: string | null }) {
  const trpc = useTRPC();
  const versions = useQuery(trpc.snapshot.listForDatanet.queryOptions({ datanetId }));
  if (versions.error) return <ErrorCallout error={versions.error} onRetry={() => versions.refetch()} />;
  if (!versions.data) return <Skeleton className="h-80" />;
  const frozen = versions.data.filter((item) => item.status === "frozen");
  const chosen = frozen.find((item) => item.id === version) ?? frozen[0];
  if (!chosen) {
    return (
      <EmptyState
        isPage
        title="No frozen version yet"
        body="Training always uses a frozen version, so that everyone can tell which rows an adapter was made from."
        action={<LinkButton href={`/datanets/${datanetId}`}>Back to the Datanet</LinkButton>}
      />
    );
  }
  return <TrainOn snapshotId={chosen.id} versions={frozen.map(({ id, number }) => ({ id, number }))} />;
}

type TrainOnProps = { snapshotId: string; versions: { id: string; number: number }[] };

function TrainOn({ snapshotId, versions }: TrainOnProps) {
  const trpc = useTRPC();
  const runId = parseTrainQuery(useSearchParams()).from;
  const options = useQuery(trpc.trainingRun.options.queryOptions({ snapshotId }));
  const from = useQuery(
    trpc.trainingRun.get.queryOptions({ runId: runId ?? "" }, { enabled: runId !== null }),
  );
  const failed = [options, from].find(({ error }) => error);
  if (failed) return <ErrorCallout error={failed.error} onRetry={() => failed.refetch()} />;
  if (!options.data || (runId && !from.data)) return <Skeleton className="h-80" />;
  const { datanet, snapshot, isMember } = options.data;
  return (
    <>
      <PageHeader
        noun={
          <Link className="link" href={`/datanets/${datanet.id}`}>
            {datanet.name}
          </Link>
        }
        title="Train an adapter"
        sentence={`On version ${snapshot.number}. The base model is measured first, then trained, then measured again on the same locked questions.`}
      />
      {isMember ? (
        <TrainForm options={options.data} versions={versions} from={from.data ?? null} />
      ) : datanet.contributeAccess === "invited" ? (
        <Callout title="Only who is invited may join this Datanet, and only who has joined may train on it.">
          Ask its owner for an invitation link. You can read everything either way.
        </Callout>
      ) : (
        <JoinFirst datanetId={datanet.id} />
      )}
    </>
  );
}

function JoinFirst({ datanetId }: { datanetId: string }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const join = useMutation(
    trpc.datanet.join.mutationOptions({ onSuccess: () => queryClient.invalidateQueries() }),
  );
  return (
    <>
      <Callout
        title="Join this Datanet to train on it."
        action={
          <Button
            variant="primary"
            isBusy={join.isPending}
            busyLabel="Joining…"
            onClick={() => join.mutate({ datanetId })}
          >
            Join
          </Button>
        }
      >
        It is one click, and says that you accept its rules.
      </Callout>
      {join.error ? <ErrorCallout error={join.error} className="mt-3" /> : null}
    </>
  );
}
