"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { personName } from "@/components/account/person";
import { DataTable } from "@/components/common/data-table";
import { EmptyState } from "@/components/common/empty-state";
import { ErrorCallout } from "@/components/common/error-callout";
import { PageHeader } from "@/components/common/page-header";
import { StatusBadge } from "@/components/common/status-badge";
import { TimeAgo } from "@/components/common/time-ago";
import { verdictWords } from "@/components/evaluation/verdict";
import { type RouterOutputs, useTRPC } from "@/components/trpc/client";
import { LinkButton } from "@/components/ui/button";
import { publicationWords } from "./publication-words";

type Row = RouterOutputs["adapter"]["list"]["items"][number];

/** Every adapter that was trained here, with what was measured of it. */
export function AdapterList() {
  const trpc = useTRPC();
  const query = useQuery(trpc.adapter.list.queryOptions({ limit: 100 }));
  return (
    <>
      <PageHeader
        title="Adapters"
        sentence="Small additions to a base model, each with its test result and the people whose data made it."
      />
      {query.error ? (
        <ErrorCallout error={query.error} onRetry={() => query.refetch()} />
      ) : (
        <AdapterTable rows={query.data?.items ?? []} isLoading={query.isPending} />
      )}
    </>
  );
}

export function AdapterTable({ rows, isLoading = false }: { rows: Row[]; isLoading?: boolean }) {
  return (
    <DataTable
      caption="Adapters"
      rows={rows}
      isLoading={isLoading}
      filter={{ label: "Filter adapters", text: (row) => `${row.name} ${row.datanetName} ${row.baseId}` }}
      empty={
        <EmptyState
          title="No adapter yet"
          body="An adapter appears here when a training run on a Datanet version has finished."
          action={<LinkButton href="/datanets">See the Datanets</LinkButton>}
        />
      }
      columns={[
        {
          key: "name",
          header: "Adapter",
          value: (row) => row.name,
          cell: (row) => (
            <Link
              href={`/adapters/${row.id}`}
              className="font-medium text-link underline-offset-2 hover:underline"
            >
              {row.name}
            </Link>
          ),
        },
        {
          key: "verdict",
          header: "Verdict",
          value: (row) => verdictWords(row.verdict).label,
          cell: (row) => <StatusBadge {...verdictWords(row.verdict)} />,
        },
        { key: "datanet", header: "Datanet", value: (row) => row.datanetName },
        { key: "base", header: "Base", value: (row) => row.baseId },
        {
          key: "builder",
          header: "Builder",
          value: (row) => personName({ name: row.builderName, address: row.builderAddress }),
        },
        {
          key: "published",
          header: "On the chain",
          value: (row) => publicationWords(row.publicationStatus).label,
          cell: (row) => <StatusBadge {...publicationWords(row.publicationStatus)} />,
        },
        {
          key: "age",
          header: "Trained",
          value: (row) => row.createdAt,
          cell: (row) => <TimeAgo at={row.createdAt} />,
        },
      ]}
    />
  );
}
