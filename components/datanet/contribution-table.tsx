"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@/components/ui/link";
import { personName } from "../account/person";
import { type Column, DataTable } from "../common/data-table";
import { EmptyState } from "../common/empty-state";
import { ErrorCallout } from "../common/error-callout";
import { formatCount } from "../common/numbers";
import { StatusBadge } from "../common/status-badge";
import { TimeAgo } from "../common/time-ago";
import { type RouterOutputs, useTRPC } from "../trpc/client";
import { LinkButton } from "../ui/button";
import { CONTRIBUTION_STATUS, shownStatus } from "./words";

type Row = RouterOutputs["contribution"]["listForDatanet"][number];

const by = (row: Row) => personName({ name: row.contributorName, address: row.contributorAddress });

const COLUMNS: Column<Row>[] = [
  {
    key: "file",
    header: "File",
    value: (row) => row.fileName,
    cell: (row) => (
      <Link href={`/contributions/${row.id}`} className="link">
        {row.fileName}
      </Link>
    ),
  },
  { key: "by", header: "From", value: by, cell: (row) => (row.isMine ? `${by(row)} (you)` : by(row)) },
  { key: "kept", header: "Kept", value: (row) => row.keptRows + row.repairedRows, isNumeric: true },
  { key: "accepted", header: "Accepted", value: (row) => row.acceptedRows, isNumeric: true },
  { key: "rejected", header: "Rejected", value: (row) => row.rejectedRows, isNumeric: true },
  {
    key: "status",
    header: "State",
    value: (row) => row.status,
    cell: (row) => <StatusBadge {...shownStatus(CONTRIBUTION_STATUS, row.status)} />,
  },
  { key: "at", header: "When", value: (row) => row.createdAt, cell: (row) => <TimeAgo at={row.createdAt} /> },
];

/** `total`: how many there are; of very many only the newest are listed. */
export function ContributionTable({ datanetId, total }: { datanetId: string; total: number }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.contribution.listForDatanet.queryOptions({ datanetId }));
  if (query.error) return <ErrorCallout error={query.error} onRetry={() => query.refetch()} />;
  const rows = query.data ?? [];
  return (
    <DataTable
      caption="Contributions"
      columns={COLUMNS}
      rows={rows}
      isLoading={query.isPending}
      note={
        query.data && total > rows.length
          ? `The newest ${formatCount(rows.length)} of ${formatCount(total)} are listed.`
          : undefined
      }
      filter={{ label: "Filter by file or person", text: (row) => `${row.fileName} ${by(row)}` }}
      empty={
        <EmptyState
          title="No contribution yet"
          body="A contribution is one file of examples. Each row is checked on arrival and then reviewed by a validator."
          action={<LinkButton href={`/datanets/${datanetId}/contribute`}>Contribute a file</LinkButton>}
        />
      }
    />
  );
}
