import { personName } from "@/components/account/person";
import type { Column } from "@/components/common/data-table";
import { StatusBadge } from "@/components/common/status-badge";
import { TimeAgo } from "@/components/common/time-ago";
import { verdictWords } from "@/components/evaluation/verdict";
import type { RouterOutputs } from "@/components/trpc/client";
import { Link } from "@/components/ui/link";
import { publicationWords } from "./publication-words";

export type AdapterRow = RouterOutputs["adapter"]["list"]["items"][number];
type Name = "name" | "verdict" | "publication" | "by" | "at";

/** What every table of adapters says of one; each adds its own. */
export const ADAPTER_COLUMNS: Record<Name, Column<AdapterRow>> = {
  name: {
    key: "name",
    header: "Adapter",
    value: (row) => row.name,
    className: "min-w-40 py-1.5",
    cell: (row) => (
      <Link href={`/adapters/${row.id}`} className="link">
        {row.name}
      </Link>
    ),
  },
  verdict: {
    key: "verdict",
    header: "Verdict",
    value: (row) => verdictWords(row.verdict).label,
    cell: (row) => <StatusBadge {...verdictWords(row.verdict)} />,
  },
  publication: {
    key: "publication",
    header: "On the chain",
    value: (row) => publicationWords(row.publicationStatus).label,
    cell: (row) => <StatusBadge {...publicationWords(row.publicationStatus)} />,
  },
  by: {
    key: "by",
    header: "Builder",
    value: (row) => personName({ name: row.builderName, address: row.builderAddress }),
  },
  at: {
    key: "at",
    header: "When",
    value: (row) => row.createdAt,
    cell: (row) => <TimeAgo at={row.createdAt} />,
  },
};
