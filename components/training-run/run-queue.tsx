"use client";
import { useQuery } from "@tanstack/react-query";
import { personName } from "@/components/account/person";
import { type Column, DataTable } from "@/components/common/data-table";
import { ErrorCallout } from "@/components/common/error-callout";
import { formatSeconds } from "@/components/common/numbers";
import { StatusBadge } from "@/components/common/status-badge";
import { RUN_STATUS, shownStatus } from "@/components/datanet/words";
import { type RouterOutputs, useTRPC } from "@/components/trpc/client";
import { CancelRun } from "./cancel-run";
import { runColumn } from "./run-columns";
import { RUN_KIND_WORDS } from "./run-words";

type Row = RouterOutputs["trainingRun"]["queue"][number];

const POLL_MS = 2_000;
const by = (row: Row) => personName({ name: row.builderName, address: row.builderAddress });
const nameOf = ({ datanetName, kind, preset }: Row) => `${datanetName}, ${RUN_KIND_WORDS[kind] ?? preset}`;

const COLUMNS: Column<Row>[] = [
  {
    key: "position",
    header: "Place",
    value: (row) => row.position,
    cell: (row) => (row.position === 0 ? "now" : row.position),
    isNumeric: true,
  },
  runColumn(nameOf),
  {
    key: "status",
    header: "State",
    value: (row) => row.status,
    cell: (row) => <StatusBadge {...shownStatus(RUN_STATUS, row.status)} />,
  },
  {
    key: "starts",
    header: "Starts",
    value: (row) => row.startsInSeconds,
    cell: (row) => (row.position === 0 ? "now" : about(row.startsInSeconds, "in ")),
  },
  {
    key: "left",
    header: "Work left",
    value: (row) => row.leftSeconds,
    cell: (row) => about(row.leftSeconds),
  },
  { key: "by", header: "Started by", value: by },
  {
    key: "cancel",
    header: "Yours",
    value: () => "",
    cell: (row) => (row.isMine ? <CancelRun run={row} name={nameOf(row)} size="sm" /> : null),
  },
];

const about = (seconds: number | null, before = "") =>
  seconds === null ? "not known yet" : seconds < 5 ? "soon" : `${before}about ${formatSeconds(seconds)}`;

/** The line of the training machine: who is worked on, who is next and when. Nothing is shown where nobody waits. */
export function RunQueue() {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.trainingRun.queue.queryOptions(undefined, { refetchInterval: POLL_MS }),
  );
  if (error) return <ErrorCallout error={error} onRetry={refetch} className="mb-6" />;
  if (!data || data.length === 0) return null;
  return (
    <section className="mb-10">
      <h2 className="text-lg">On the training machine</h2>
      <p className="mt-1 mb-3 max-w-reading text-muted">
        One run is trained at a time. A short run passes a longer one that came a little earlier; estimates of
        whose data helped let every training pass.
      </p>
      <DataTable caption="Runs under way and waiting" columns={COLUMNS} rows={data} empty={null} />
    </section>
  );
}
