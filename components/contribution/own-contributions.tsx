"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@/components/ui/link";
import { formatCount } from "../common/numbers";
import { StatusBadge } from "../common/status-badge";
import { TimeAgo } from "../common/time-ago";
import { CONTRIBUTION_STATUS, shownStatus } from "../datanet/words";
import { type RouterOutputs, useTRPC } from "../trpc/client";
import { Table, Td, Th } from "../ui/table";

type Row = RouterOutputs["contribution"]["listForDatanet"][number];

const sum = (row: Row) =>
  row.status === "parsing" || row.status === "failed"
    ? ""
    : `${formatCount(row.keptRows)} + ${formatCount(row.repairedRows)} + ${formatCount(row.setAsideRows)} = ${formatCount(row.uploadedRows)}`;

/** A file that was uploaded is found again here after a reload or another day. */
export function OwnContributions({ datanetId }: { datanetId: string }) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.contribution.listForDatanet.queryOptions({ datanetId }));
  const mine = (data ?? []).filter((row) => row.isMine);
  if (mine.length === 0) return null;
  return (
    <section aria-labelledby="own-files">
      <h2 id="own-files" className="mb-2 text-lg">
        Your files here
      </h2>
      <Table caption="Your files in this Datanet">
        <thead>
          <tr>
            <Th>File</Th>
            <Th>State</Th>
            <Th isNumeric>Kept + repaired + set aside = uploaded</Th>
            <Th>When</Th>
          </tr>
        </thead>
        <tbody>
          {mine.map((row) => (
            <tr key={row.id}>
              <Td className="max-w-60 truncate">
                <Link href={`/contributions/${row.id}`} className="link">
                  {row.fileName}
                </Link>
              </Td>
              <Td>
                <StatusBadge {...shownStatus(CONTRIBUTION_STATUS, row.status)} />
              </Td>
              <Td isNumeric className="whitespace-nowrap">
                {sum(row)}
              </Td>
              <Td>
                <TimeAgo at={row.createdAt} />
              </Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </section>
  );
}
