import Link from "next/link";
import { personName } from "../account/person";
import { type Column, DataTable } from "../common/data-table";
import { EmptyState } from "../common/empty-state";
import { formatPoints } from "../common/numbers";
import { StatusBadge } from "../common/status-badge";
import { TimeAgo } from "../common/time-ago";
import { verdictWords } from "../evaluation/verdict";
import type { RouterOutputs } from "../trpc/client";
import { LinkButton } from "../ui/button";
import { RUN_STATUS, shownStatus } from "./words";

type Row = RouterOutputs["trainingRun"]["list"]["items"][number];

const by = (row: Row) => personName({ name: row.builderName, address: row.builderAddress });

/** "+22 of 100 (n = 120)": points of a hundred with the number of test items beside them. */
function difference({ difference: value, testItems }: Row): string {
  if (value === null || testItems === null) return "–";
  return `${value > 0 ? "+" : ""}${formatPoints(value)} of 100 (n = ${testItems})`;
}

const COLUMNS: Column<Row>[] = [
  {
    key: "run",
    header: "Run",
    value: (row) => row.createdAt,
    cell: (row) => (
      <Link href={`/runs/${row.id}`} className="link">
        Version {row.version}, {row.preset}
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
    cell: difference,
    isNumeric: true,
  },
  { key: "by", header: "Started by", value: by },
  { key: "at", header: "When", value: (row) => row.createdAt, cell: (row) => <TimeAgo at={row.createdAt} /> },
];

export function RunTable({ runs, datanetId }: { runs: Row[] | undefined; datanetId: string }) {
  return (
    <DataTable
      caption="Training runs"
      columns={COLUMNS}
      rows={runs ?? []}
      isLoading={!runs}
      empty={
        <EmptyState
          title="No training run yet"
          body="A run trains an adapter on one version and measures it against the base model on the locked test."
          action={<LinkButton href={`/datanets/${datanetId}/train`}>Train</LinkButton>}
        />
      }
    />
  );
}
