import { Link } from "@/components/ui/link";
import { type Column, DataTable } from "../common/data-table";
import { EmptyState } from "../common/empty-state";
import { HashLink } from "../common/hash-link";
import { formatCount } from "../common/numbers";
import { StatusBadge } from "../common/status-badge";
import { TimeAgo } from "../common/time-ago";
import type { RouterOutputs } from "../trpc/client";
import { LinkButton } from "../ui/button";
import { SNAPSHOT_STATUS, shownStatus } from "./words";

type Row = RouterOutputs["snapshot"]["listForDatanet"][number];

const splitText = ({ split }: Row) =>
  split ? `${formatCount(split.train)} / ${formatCount(split.validation)} / ${formatCount(split.test)}` : "–";

const COLUMNS: Column<Row>[] = [
  {
    key: "number",
    header: "Version",
    value: (row) => row.number,
    cell: (row) => (
      <Link href={`/versions/${row.id}`} className="link">
        Version {row.number}
      </Link>
    ),
  },
  { key: "rows", header: "Rows", value: (row) => row.rows, isNumeric: true },
  { key: "split", header: "Train / validation / test", cell: splitText, isNumeric: true },
  {
    key: "root",
    header: "Root",
    cell: (row) => (row.root ? <HashLink value={row.root} label="Merkle root" /> : "–"),
  },
  { key: "runs", header: "Runs", value: (row) => row.runs, isNumeric: true },
  {
    key: "status",
    header: "State",
    value: (row) => row.status,
    cell: (row) => <StatusBadge {...shownStatus(SNAPSHOT_STATUS, row.status)} />,
  },
  {
    key: "at",
    header: "When",
    value: (row) => row.frozenAt ?? row.createdAt,
    cell: (row) => <TimeAgo at={row.frozenAt ?? row.createdAt} />,
  },
];

const filterText = ({ number, status }: Row) =>
  `version ${number} ${shownStatus(SNAPSHOT_STATUS, status).label}`;

type VersionTableProps = { versions: Row[] | undefined; isOwner: boolean; datanetId: string };

export function VersionTable({ versions, isOwner, datanetId }: VersionTableProps) {
  return (
    <DataTable
      caption="Versions"
      columns={COLUMNS}
      rows={versions ?? []}
      isLoading={!versions}
      filter={{ label: "Filter by number or state", text: filterText }}
      empty={
        <EmptyState
          title="No version yet"
          body="A version is a fixed copy of all accepted rows with its test locked away. Training always uses a version. A validator approves it and the owner’s wallet puts its root on the chain."
          action={
            isOwner ? <LinkButton href={`/datanets/${datanetId}/freeze`}>Freeze a version</LinkButton> : null
          }
        />
      }
    />
  );
}
