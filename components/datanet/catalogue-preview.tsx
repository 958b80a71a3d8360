"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@/components/ui/link";
import { EmptyState } from "../common/empty-state";
import { ErrorCallout } from "../common/error-callout";
import { useTRPC } from "../trpc/client";
import { DatanetList, DatanetListSkeleton } from "./datanet-list";

/** The newest few, for the landing page. */
export function CataloguePreview() {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.datanet.list.queryOptions({ limit: 3 }));
  return (
    <section aria-labelledby="newest">
      <div className="mb-3 flex items-baseline justify-between gap-4">
        <h2 id="newest" className="text-lg">
          Newest Datanets
        </h2>
        <Link href="/datanets" className="link text-sm">
          All Datanets
        </Link>
      </div>
      {error ? <ErrorCallout error={error} onRetry={refetch} /> : null}
      {data || error ? null : <DatanetListSkeleton rows={3} />}
      {data?.items.length === 0 ? (
        <EmptyState
          title="There is no Datanet yet"
          body="The first one that somebody creates is shown here."
        />
      ) : null}
      {data && data.items.length > 0 ? <DatanetList items={data.items} /> : null}
    </section>
  );
}
