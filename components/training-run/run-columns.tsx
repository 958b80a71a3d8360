import { personName } from "@/components/account/person";
import type { Column } from "@/components/common/data-table";
import { StatusBadge } from "@/components/common/status-badge";
import { TimeAgo } from "@/components/common/time-ago";
import { RUN_STATUS, shownStatus } from "@/components/datanet/words";
import { signedPoints } from "@/components/evaluation/headline";
import { verdictWords } from "@/components/evaluation/verdict";
import type { RouterOutputs } from "@/components/trpc/client";
import { Link } from "@/components/ui/link";

export type RunRow = RouterOutputs["trainingRun"]["list"]["items"][number];

export const startedBy = (row: RunRow) => personName({ name: row.builderName, address: row.builderAddress });

/** "Bird songs, version 2"; of a run on several Datanets the first, and how many more. */
export const trainedOn = ({ datanetName, version, datanets }: RunRow): string =>
  datanets > 1 ? `${datanetName} and ${datanets - 1} more` : `${datanetName}, version ${version}`;

/** The run by its name, leading to its page. */
export const runColumn = <Row extends { id: string }>(nameOf: (row: Row) => string): Column<Row> => ({
  key: "run",
  header: "Run",
  value: nameOf,
  className: "min-w-48 py-1.5",
  cell: (row) => (
    <Link className="link" href={`/runs/${row.id}`}>
      {nameOf(row)}
    </Link>
  ),
});

/** A table of runs; `nameOf` says what its first column calls a run and sorts it by. */
export const runColumns = (nameOf: (row: RunRow) => string): Column<RunRow>[] => [
  runColumn(nameOf),
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
    // Points of a hundred, with the number of test items beside them.
    cell: (row) =>
      row.difference === null ? "–" : `${signedPoints(row.difference)} of 100 (n = ${row.testItems})`,
    isNumeric: true,
  },
  {
    key: "status",
    header: "State",
    value: (row) => row.status,
    cell: (row) => <StatusBadge {...shownStatus(RUN_STATUS, row.status)} />,
  },
  { key: "base", header: "Base", value: (row) => row.baseId, className: "whitespace-nowrap" },
  { key: "by", header: "Started by", value: startedBy },
  { key: "at", header: "When", value: (row) => row.createdAt, cell: (row) => <TimeAgo at={row.createdAt} /> },
];
