"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { personName } from "@/components/account/person";
import { type Column, DataTable } from "@/components/common/data-table";
import { EmptyState } from "@/components/common/empty-state";
import { ErrorCallout } from "@/components/common/error-callout";
import { PageHeader } from "@/components/common/page-header";
import { StatusBadge } from "@/components/common/status-badge";
import { TimeAgo } from "@/components/common/time-ago";
import { RUN_STATUS, shownStatus } from "@/components/datanet/words";
import { signedPoints } from "@/components/evaluation/headline";
import { verdictWords } from "@/components/evaluation/verdict";
import { type RouterOutputs, useTRPC } from "@/components/trpc/client";
import { LinkButton } from "@/components/ui/button";

type Row = RouterOutputs["trainingRun"]["list"]["items"][number];

const POLL_MS = 3_000;
const MOST = 100;
const by = (row: Row) => personName({ name: row.builderName, address: row.builderAddress });

const COLUMNS: Column<Row>[] = [
  {
    key: "run",
    header: "Run",
    value: (row) => row.datanetName,
    className: "min-w-48 py-1.5",
    cell: (row) => (
      <Link className="link" href={`/runs/${row.id}`}>
        {row.datanetName}, version {row.version}, {row.preset}
      </Link>
    ),
  },
  { key: "base", header: "Base", value: (row) => row.baseId },
  {
    key: "status",
    header: "State",
    value: (row) => row.status,
    cell: (row) => <StatusBadge {...shownStatus(RUN_STATUS, row.status)} />,
  },
  {
    key: "verdict",
    header: "Verdict",
    value: (row) => row.verdict,
    cell: (row) => (row.verdict ? <StatusBadge {...verdictWords(row.verdict)} /> : "–"),
  },
  {
    key: "difference",
    header: "Difference",
    value: (row) => row.difference,
    cell: (row) =>
      row.difference === null ? "–" : `${signedPoints(row.difference)} of 100 (n = ${row.testItems})`,
    isNumeric: true,
  },
  { key: "by", header: "Started by", value: by },
  { key: "at", header: "When", value: (row) => row.createdAt, cell: (row) => <TimeAgo at={row.createdAt} /> },
];

/** Every run of everyone: training is public. */
export function RunList() {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.trainingRun.list.queryOptions({ limit: MOST }, { refetchInterval: POLL_MS }),
  );
  return (
    <>
      <PageHeader
        title="Training runs"
        sentence="Each run trains an adapter on one version and measures it on that version’s locked test."
      />
      {error ? <ErrorCallout error={error} onRetry={refetch} className="mb-4" /> : null}
      <DataTable
        caption="Training runs"
        columns={COLUMNS}
        rows={data?.items ?? []}
        isLoading={!data && !error}
        filter={{ label: "Filter by Datanet or person", text: (row) => `${row.datanetName} ${by(row)}` }}
        empty={
          error ? null : (
            <EmptyState
              title="No training run yet"
              body="A run starts on a frozen version of a Datanet. Open one and press “Train an adapter”."
              action={<LinkButton href="/datanets">See the Datanets</LinkButton>}
            />
          )
        }
      />
      {data && data.total > data.items.length ? (
        <p className="mt-3 text-sm text-muted">
          The newest {data.items.length} of {data.total} are listed.
        </p>
      ) : null}
    </>
  );
}
