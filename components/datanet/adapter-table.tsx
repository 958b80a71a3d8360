import Link from "next/link";
import { personName } from "../account/person";
import { publicationWords } from "../adapter/publication-words";
import { type Column, DataTable } from "../common/data-table";
import { EmptyState } from "../common/empty-state";
import { ErrorCallout } from "../common/error-callout";
import { HashLink } from "../common/hash-link";
import { StatusBadge } from "../common/status-badge";
import { TimeAgo } from "../common/time-ago";
import { verdictWords } from "../evaluation/verdict";
import type { RouterOutputs } from "../trpc/client";
import type { Query } from "./contribution-table";

type Row = RouterOutputs["adapter"]["list"]["items"][number];

const COLUMNS: Column<Row>[] = [
  {
    key: "name",
    header: "Adapter",
    value: (row) => row.name,
    cell: (row) => (
      <Link href={`/adapters/${row.id}`} className="link">
        {row.name}
      </Link>
    ),
  },
  {
    key: "verdict",
    header: "Verdict",
    value: (row) => row.verdict,
    cell: (row) => <StatusBadge {...verdictWords(row.verdict)} />,
  },
  {
    key: "publication",
    header: "Publication",
    value: (row) => row.publicationStatus,
    cell: (row) => <StatusBadge {...publicationWords(row.publicationStatus)} />,
  },
  { key: "hash", header: "File", cell: (row) => <HashLink value={row.sha256} label="artifact hash" /> },
  {
    key: "by",
    header: "Built by",
    value: (row) => personName({ name: row.builderName, address: row.builderAddress }),
  },
  { key: "at", header: "When", value: (row) => row.createdAt, cell: (row) => <TimeAgo at={row.createdAt} /> },
];

export function AdapterTable({ query }: { query: Query<RouterOutputs["adapter"]["list"]> }) {
  if (query.error) return <ErrorCallout error={query.error} onRetry={() => query.refetch()} />;
  return (
    <DataTable
      caption="Adapters"
      columns={COLUMNS}
      rows={query.data?.items ?? []}
      isLoading={query.isPending}
      empty={
        <EmptyState
          title="No adapter yet"
          body="An adapter is what a finished run leaves: small weights on top of the base model, with every hash on its page."
        />
      }
    />
  );
}
