"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@/components/ui/link";
import { personName } from "../account/person";
import { ErrorCallout } from "../common/error-callout";
import { formatCount, formatPoints } from "../common/numbers";
import { type RouterOutputs, useTRPC } from "../trpc/client";
import { Skeleton } from "../ui/skeleton";

type Row = RouterOutputs["chat"]["nearest"]["rows"][number];
type NearestRowsProps = { adapterId: string; prompt: string; answer: string };

/** Rows it was trained on whose wording is near a question and its answer, with who gave them. */
export function NearestRows({ adapterId, prompt, answer }: NearestRowsProps) {
  const trpc = useTRPC();
  const input = { adapterId, prompt, answer };
  const { data, error, refetch } = useQuery(
    trpc.chat.nearest.queryOptions(input, { staleTime: Number.POSITIVE_INFINITY }),
  );
  if (error) return <ErrorCallout error={error} onRetry={refetch} />;
  if (!data) return <Skeleton className="h-24" />;
  return (
    <section aria-label="Nearest training rows" className="rounded-md border border-line px-4 py-3">
      <p className="max-w-reading text-sm text-muted">
        Similar in wording, not proof of influence: the nearest of the {formatCount(data.compared)} rows it
        was trained on, by the groups of three letters they share with this question and answer.
      </p>
      {data.isPrivate ? (
        <p className="mt-2">Rows of a Datanet that you may not read are not compared and not shown.</p>
      ) : null}
      {data.rows.length === 0 && !data.isPrivate ? (
        <p className="mt-2">No training row is similar in wording.</p>
      ) : null}
      <ul className="divide-y divide-line">
        {data.rows.map((row) => (
          <NearRow key={row.recordId} row={row} />
        ))}
      </ul>
    </section>
  );
}

function NearRow({ row }: { row: Row }) {
  const by = personName({ name: row.contributorName, address: row.contributorAddress });
  return (
    <li className="py-2">
      <p className="break-words">
        {row.prompt} <span className="text-muted">→</span> <span className="font-medium">{row.answer}</span>
      </p>
      <p className="num text-sm text-muted">
        Similarity {formatPoints(row.similarity)} of 100, from{" "}
        <Link className="link" href={`/contributions/${row.contributionId}`}>
          {by}
        </Link>{" "}
        in {row.datanetName}
      </p>
    </li>
  );
}
