"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@/components/ui/link";
import { personName } from "../account/person";
import { type Column, DataTable } from "../common/data-table";
import { EmptyState } from "../common/empty-state";
import { ErrorCallout } from "../common/error-callout";
import { StatusBadge } from "../common/status-badge";
import { TimeAgo } from "../common/time-ago";
import { type RouterOutputs, useTRPC } from "../trpc/client";

type Row = RouterOutputs["task"]["list"][number];

const by = (row: Row) => personName({ name: row.reporterName, address: row.reporterAddress });

const COLUMNS: Column<Row>[] = [
  {
    key: "prompt",
    header: "Question",
    value: (row) => row.prompt,
    className: "py-1.5",
    cell: (row) => <span className="line-clamp-3 min-w-40 break-words">{row.prompt}</span>,
  },
  {
    key: "wrong",
    header: "It answered",
    value: (row) => row.wrongAnswer,
    cell: (row) => <span className="line-clamp-2 break-words">{row.wrongAnswer || "(nothing)"}</span>,
  },
  {
    key: "expected",
    header: "Should be",
    value: (row) => row.expected,
    cell: (row) => <span className="line-clamp-2 break-words">{row.expected}</span>,
  },
  {
    key: "status",
    header: "State",
    value: (row) => row.status,
    cell: (row) =>
      row.status === "done" ? (
        <StatusBadge tone="good" label="Done" />
      ) : (
        <StatusBadge tone="info" label={row.contributions > 0 ? "Open, in review" : "Open"} />
      ),
  },
  {
    key: "adapter",
    header: "Adapter",
    value: (row) => row.adapterName,
    className: "min-w-32 py-1.5",
    cell: (row) => (
      <Link href={`/adapters/${row.adapterId}`} className="link">
        {row.adapterName}
      </Link>
    ),
  },
  { key: "by", header: "From", value: by, className: "whitespace-nowrap" },
  { key: "at", header: "When", value: (row) => row.createdAt, cell: (row) => <TimeAgo at={row.createdAt} /> },
  {
    key: "do",
    header: "What to do",
    isHeaderHidden: true,
    cell: (row) =>
      row.doneById ? (
        <Link href={`/contributions/${row.doneById}`} className="link whitespace-nowrap">
          See the examples
        </Link>
      ) : (
        <Link
          href={`/datanets/${row.datanetId}/contribute?task=${row.id}`}
          className="link whitespace-nowrap"
        >
          Write examples for this
        </Link>
      ),
  },
];

/** Wrong answers that people met, as work: write examples that teach the right one. */
export function TaskTable({ datanetId, isSample }: { datanetId: string; isSample: boolean }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.task.list.queryOptions({ datanetId }));
  if (query.error) return <ErrorCallout error={query.error} onRetry={() => query.refetch()} />;
  return (
    <DataTable
      caption="Tasks"
      columns={COLUMNS}
      rows={query.data ?? []}
      isLoading={query.isPending}
      filter={{ label: "Filter by question or answer", text: (row) => `${row.prompt} ${row.expected}` }}
      empty={
        <EmptyState
          title="No task yet"
          body={`A task is a wrong answer of an adapter trained on ${isSample ? "a Datanet; this one is a sample and takes none, because nobody reviews new rows of it. A wrong answer of its adapter can become a task of your own Datanet" : "this Datanet"}. Try an adapter on its page and press “This answer is wrong”.`}
        />
      }
    />
  );
}
