import { personName } from "@/components/account/person";
import { type Column, DataTable } from "@/components/common/data-table";
import type { RouterOutputs } from "@/components/trpc/client";

type Row = RouterOutputs["snapshot"]["plan"]["contributions"][number];

const by = (row: Row) => personName({ name: row.contributorName, address: row.contributorAddress });

const COLUMNS: Column<Row>[] = [
  {
    key: "file",
    header: "Contribution",
    value: (row) => row.fileName,
    cell: (row) => (
      <a className="link" href={`/contributions/${row.contributionId}`}>
        {row.fileName}
      </a>
    ),
  },
  { key: "by", header: "From", value: by },
  { key: "accepted", header: "Accepted", value: (row) => row.accepted, isNumeric: true },
  { key: "pending", header: "Waiting", value: (row) => row.pending, isNumeric: true },
  { key: "rejected", header: "Rejected", value: (row) => row.rejected, isNumeric: true },
];

/** Every contribution with what of it goes into the version. */
export function FreezeTable({ rows }: { rows: Row[] }) {
  return (
    <DataTable
      caption="Contributions in this version"
      columns={COLUMNS}
      rows={rows}
      getKey={(row) => row.contributionId}
      filter={{ label: "Filter by file or person", text: (row) => `${row.fileName} ${by(row)}` }}
      empty={null}
    />
  );
}
