import { Link } from "@/components/ui/link";
import { formatCount } from "../common/numbers";
import { StatusBadge } from "../common/status-badge";
import type { RouterOutputs } from "../trpc/client";
import { Skeleton } from "../ui/skeleton";
import { DATANET_STATUS, GOAL_WORDS, shownStatus } from "./words";

type Item = RouterOutputs["datanet"]["list"]["items"][number];

const count = (n: number, one: string, many: string) => `${formatCount(n)} ${n === 1 ? one : many}`;

/** Rows of the catalogue: name and purpose, then the facts in one quiet line. */
export function DatanetList({ items }: { items: Item[] }) {
  return (
    <ul className="divide-y divide-line border-y border-line">
      {items.map((item) => (
        <li key={item.id} className="group relative py-3.5">
          <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
            <h2 className="min-w-0 text-lg break-words">
              <Link
                href={`/datanets/${item.id}`}
                className="decoration-edge underline-offset-4 group-hover:underline after:absolute after:inset-0"
              >
                {item.name}
              </Link>
            </h2>
            <StatusBadge {...shownStatus(DATANET_STATUS, item.status)} className="text-sm text-muted" />
          </div>
          <p className="line-clamp-2 max-w-reading text-muted">{item.purpose}</p>
          <p className="num mt-1.5 flex flex-wrap gap-x-4 gap-y-0.5 text-sm text-muted">
            {item.isSample ? <span className="text-ink">Sample</span> : null}
            <span>{GOAL_WORDS[item.goal].name}</span>
            <span>{count(item.acceptedRows, "accepted row", "accepted rows")}</span>
            <span>{count(item.versions, "version", "versions")}</span>
            <span>{count(item.members, "member", "members")}</span>
            <span>{item.licence}</span>
          </p>
        </li>
      ))}
    </ul>
  );
}

export function DatanetListSkeleton({ rows = 5 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading Datanets" className="divide-y divide-line border-y border-line">
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: grey bars have no id
        <div key={index} className="py-3.5">
          <Skeleton className="h-6 w-56 max-w-full" />
          <Skeleton className="mt-1 h-5 w-120 max-w-full" />
          <Skeleton className="mt-1.5 h-5 w-80 max-w-full" />
        </div>
      ))}
    </div>
  );
}
