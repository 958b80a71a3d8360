"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ErrorCallout } from "../../common/error-callout";
import { BY_ORDER, Pager } from "../../common/pager";
import { useTRPC } from "../../trpc/client";
import { Button } from "../../ui/button";
import { cn } from "../../ui/cn";
import { Skeleton } from "../../ui/skeleton";
import { Table, Td, Th } from "../../ui/table";
import { VisibleText } from "../visible-text";
import { type AskedRepair, rowRepairs } from "./repairs";
import type { ReportLine } from "./report-lines";

const PAGE = 20;

type Item = {
  row: number | null;
  column: string | null;
  message: string;
  fix: string;
  raw?: string | null;
};

type FindingRowsProps = {
  contributionId: string;
  line: ReportLine;
  /** While the file is read again the rows of the last reading stay, and nothing can be pressed. */
  isStale: boolean;
  onRepair: (repair: AskedRepair) => void;
};

/** The rows of one kind of finding, a page at a time, each with what can be done about it alone. */
export function FindingRows(props: FindingRowsProps) {
  return props.line.severity === "set_aside" ? <SetAsideRows {...props} /> : <KeptRows {...props} />;
}

function KeptRows({ contributionId, line, isStale, onRepair }: FindingRowsProps) {
  const trpc = useTRPC();
  const [page, setPage] = useState(0);
  const asked = {
    contributionId,
    code: line.code,
    severity: line.severity,
    limit: PAGE,
    offset: page * PAGE,
  };
  const query = useQuery(
    trpc.contribution.findings.queryOptions(asked, { enabled: !isStale, placeholderData: keepPreviousData }),
  );
  return (
    <RowsTable line={line} query={query} paging={{ page, setPage }} isStale={isStale} onRepair={onRepair} />
  );
}

function SetAsideRows({ contributionId, line, isStale, onRepair }: FindingRowsProps) {
  const trpc = useTRPC();
  const [page, setPage] = useState(0);
  const asked = { contributionId, code: line.code, limit: PAGE, offset: page * PAGE };
  const query = useQuery(
    trpc.contribution.problems.queryOptions(asked, { enabled: !isStale, placeholderData: keepPreviousData }),
  );
  return (
    <RowsTable line={line} query={query} paging={{ page, setPage }} isStale={isStale} onRepair={onRepair} />
  );
}

type RowsTableProps = Pick<FindingRowsProps, "line" | "isStale" | "onRepair"> & {
  query: {
    data: { items: Item[]; total: number } | undefined;
    error: unknown;
    refetch: () => void;
    isPlaceholderData: boolean;
  };
  paging: { page: number; setPage: (page: number) => void };
};

function RowsTable({ line, query, paging, isStale, onRepair }: RowsTableProps) {
  const { data, error, refetch, isPlaceholderData } = query;
  if (error) return <ErrorCallout error={error} onRetry={refetch} />;
  if (!data) return <Skeleton className="h-24" />;
  const repairs = rowRepairs(line);
  const hasRaw = data.items.some(({ raw }) => raw);
  return (
    <div
      className={cn((isStale || isPlaceholderData) && "opacity-60")}
      aria-busy={isStale || isPlaceholderData}
    >
      <Table caption={line.title}>
        <thead>
          <tr>
            <Th isNumeric>Row</Th>
            <Th>Column</Th>
            <Th>Why</Th>
            {repairs.length > 0 ? (
              // Out of sight, it must scroll with the table rather than widen the page.
              <Th className="relative">
                <span className="sr-only">Repair</span>
              </Th>
            ) : (
              <Th>What to do</Th>
            )}
          </tr>
        </thead>
        <tbody>
          {data.items.map((item, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row may be named twice, for two of its columns
            <tr key={`${item.row} ${index}`} className="align-top">
              <Td isNumeric className="py-2">
                {item.row ?? "all"}
              </Td>
              <Td className="max-w-40 py-2 break-words">
                <VisibleText text={item.column ?? ""} />
              </Td>
              <Td className="min-w-64 py-2">
                <p className="max-w-reading">
                  <VisibleText text={item.message} />
                </p>
                {hasRaw && item.raw ? (
                  <p className="line-clamp-2 max-w-reading font-mono text-xs text-muted">
                    <VisibleText text={item.raw} />
                  </p>
                ) : null}
              </Td>
              <Td
                className={cn("py-1", repairs.length > 0 ? "text-right whitespace-nowrap" : "min-w-56 py-2")}
              >
                {repairs.length === 0
                  ? item.fix
                  : repairs.map(({ action, label }) => (
                      <Button
                        key={action}
                        size="sm"
                        variant="ghost"
                        disabled={isStale || item.row === null}
                        aria-label={`${label}: row ${item.row}`}
                        onClick={() => onRepair({ line, action, rows: [item.row!] })}
                      >
                        {label}
                      </Button>
                    ))}
              </Td>
            </tr>
          ))}
        </tbody>
      </Table>
      <Pager page={paging.page} pageSize={PAGE} total={data.total} onPage={paging.setPage} words={BY_ORDER} />
    </div>
  );
}
