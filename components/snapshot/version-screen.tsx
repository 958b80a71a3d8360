"use client";
import { useQuery } from "@tanstack/react-query";
import { ErrorCallout } from "@/components/common/error-callout";
import { formatCount } from "@/components/common/numbers";
import { PageHeader } from "@/components/common/page-header";
import { StatusBadge } from "@/components/common/status-badge";
import { SNAPSHOT_STATUS, shownStatus } from "@/components/datanet/words";
import { KnownRate } from "@/components/review/known-rate";
import { type RouterOutputs, useTRPC } from "@/components/trpc/client";
import { LinkButton } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Link } from "@/components/ui/link";
import { Progress } from "@/components/ui/progress";
import { Skeleton } from "@/components/ui/skeleton";
import { ApprovePanel } from "./approve-panel";
import { CommitPanel } from "./commit-panel";
import { SplitSummary } from "./split-summary";
import { VersionFacts } from "./version-facts";

export type Version = RouterOutputs["snapshot"]["get"];

const POLL_MS = 1_500;
const isLive = (version: Version | undefined) =>
  !version ||
  (version.status !== "frozen" && version.status !== "failed") ||
  version.transaction?.status === "included";

export function VersionScreen({ snapshotId }: { snapshotId: string }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.snapshot.get.queryOptions(
      { snapshotId },
      { refetchInterval: ({ state }) => (isLive(state.data) ? POLL_MS : false) },
    ),
  );
  if (error && !data) return <ErrorCallout error={error} onRetry={refetch} />;
  if (!data) return <VersionSkeleton />;
  const canTrain = data.status === "frozen";
  return (
    <>
      <PageHeader
        noun={
          <Link className="link" href={`/datanets/${data.datanet.id}`}>
            {data.datanet.name}
          </Link>
        }
        title={`Version ${data.number}`}
        sentence={sentence(data)}
        action={
          canTrain ? (
            <LinkButton variant="primary" href={`/datanets/${data.datanet.id}/train?version=${data.id}`}>
              Train an adapter
            </LinkButton>
          ) : (
            <StatusBadge {...shownStatus(SNAPSHOT_STATUS, data.status)} />
          )
        }
      />
      <div className="grid grid-cols-1 gap-10">
        <Step version={data} />
        {data.split ? <SplitSummary version={data} /> : null}
        <KnownRate datanetId={data.datanet.id} />
        <VersionFacts version={data} />
      </div>
    </>
  );
}

function sentence(version: Version): string {
  const rows = `${formatCount(version.rows)} rows`;
  switch (version.status) {
    case "preparing":
      return `${rows} are being grouped and split.`;
    case "approval":
      return `${rows}, prepared. It waits for ${version.quorum - version.approvals.length === 1 ? "a validator’s signature" : "validators’ signatures"}.`;
    case "commit":
      return `${rows}, approved. It waits for the owner to put it on the chain.`;
    case "committing":
      return `${rows}, approved and sent to the chain.`;
    case "frozen":
      return `${rows}, frozen on the chain. Nothing in it can change.`;
    case "failed":
      return "This version could not be prepared.";
  }
}

/** What this version waits for, and the part of it that the person looking at it can do. */
function Step({ version }: { version: Version }) {
  switch (version.status) {
    case "preparing":
      return (
        <Progress
          value={null}
          label="Grouping near-duplicates and splitting. A thousand rows take a few seconds."
        />
      );
    case "failed":
      return (
        <Callout
          tone="error"
          title="This version could not be prepared."
          action={<LinkButton href={`/datanets/${version.datanet.id}/freeze`}>Freeze again</LinkButton>}
        >
          {version.problem}
        </Callout>
      );
    case "approval":
      return <ApprovePanel version={version} />;
    case "commit":
    case "committing":
    case "frozen":
      return <CommitPanel version={version} />;
  }
}

function VersionSkeleton() {
  return (
    <div role="status" aria-label="Loading the version">
      <Skeleton className="mb-2 h-4 w-32" />
      <Skeleton className="h-9 w-48" />
      <Skeleton className="mt-2 h-5 w-96 max-w-full" />
      <Skeleton className="mt-8 h-24" />
      <Skeleton className="mt-8 h-60" />
    </div>
  );
}
