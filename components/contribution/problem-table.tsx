"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ErrorCallout } from "../common/error-callout";
import { formatCount } from "../common/numbers";
import { useTRPC } from "../trpc/client";
import { Button, buttonClass } from "../ui/button";
import { Skeleton } from "../ui/skeleton";
import { Table, Td, Th } from "../ui/table";
import type { Contribution } from "./contribution-screen";
import { MendFile } from "./mend-file";
import { wordsFor } from "./report/finding-words";
import { VisibleText } from "./visible-text";

const PAGE = 50;

type ProblemTableProps = {
  contribution: Contribution;
  isStale: boolean;
  onReading: () => Promise<void>;
};

/** Every row that was set aside, with number, column, reason and fix. */
export function ProblemTable({ contribution, isStale, onReading }: ProblemTableProps) {
  const trpc = useTRPC();
  const [code, setCode] = useState<string | undefined>();
  const [offset, setOffset] = useState(0);
  const { data, error, refetch } = useQuery(
    trpc.contribution.problems.queryOptions(
      { contributionId: contribution.id, code, offset, limit: PAGE },
      { enabled: !isStale, placeholderData: keepPreviousData },
    ),
  );
  const choose = (next: string | undefined) => {
    setCode(next);
    setOffset(0);
  };
  return (
    <section aria-labelledby="problems">
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
        <div>
          <h2 id="problems" className="text-lg">
            Rows set aside
          </h2>
          <p className="mt-0.5 max-w-reading text-muted">
            Mend them in the downloaded file and upload that: the kept rows stay as they are.
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <a href={`/api/contributions/${contribution.id}/bad-rows`} download className={buttonClass({})}>
            Download only the bad rows
          </a>
          {contribution.status === "ready" ? (
            <MendFile contributionId={contribution.id} isStale={isStale} onReading={onReading} />
          ) : null}
        </div>
      </div>
      {data && data.byCode.length > 1 ? (
        <fieldset className="mt-3 flex flex-wrap gap-1.5">
          <legend className="sr-only">Show rows with</legend>
          <Chip label="All" n={contribution.rows.setAside} isOn={!code} onClick={() => choose(undefined)} />
          {data.byCode.map((one) => (
            <Chip
              key={one.code}
              label={wordsFor(one.code).name}
              n={one.n}
              isOn={code === one.code}
              onClick={() => choose(one.code)}
            />
          ))}
        </fieldset>
      ) : null}
      <ErrorCallout error={error} onRetry={refetch} className="mt-3" />
      {data || error ? null : <Skeleton className="mt-3 h-40" />}
      {data ? <Rows items={data.items} /> : null}
      {data && data.total > PAGE ? <Pages total={data.total} offset={offset} onOffset={setOffset} /> : null}
    </section>
  );
}

type ChipProps = { label: string; n: number; isOn: boolean; onClick: () => void };

function Chip({ label, n, isOn, onClick }: ChipProps) {
  return (
    <Button size="sm" variant={isOn ? "secondary" : "ghost"} aria-pressed={isOn} onClick={onClick}>
      {label} <span className="num text-muted">{formatCount(n)}</span>
    </Button>
  );
}

type Item = {
  row: number | null;
  column: string | null;
  code: string;
  message: string;
  fix: string;
  raw: string | null;
};

function Rows({ items }: { items: Item[] }) {
  return (
    <div className="mt-2">
      <Table caption="Rows set aside">
        <thead>
          <tr>
            <Th isNumeric>Row</Th>
            <Th>Column</Th>
            <Th>Why</Th>
            <Th>What to do</Th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.row} className="align-top">
              <Td isNumeric className="py-2">
                {item.row}
              </Td>
              <Td className="max-w-40 py-2 break-words">
                <VisibleText text={item.column ?? ""} />
              </Td>
              <Td className="min-w-64 py-2">
                <p>
                  <VisibleText text={item.message} />
                </p>
                {item.raw ? (
                  <p className="line-clamp-2 max-w-reading font-mono text-xs text-muted">
                    <VisibleText text={item.raw} />
                  </p>
                ) : null}
              </Td>
              <Td className="min-w-56 py-2">{item.fix}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </div>
  );
}

type PagesProps = { total: number; offset: number; onOffset: (offset: number) => void };

function Pages({ total, offset, onOffset }: PagesProps) {
  const last = Math.min(offset + PAGE, total);
  return (
    <nav aria-label="Pages of rows set aside" className="mt-3 flex flex-wrap items-center gap-3">
      <Button size="sm" disabled={offset === 0} onClick={() => onOffset(offset - PAGE)}>
        Previous
      </Button>
      <Button size="sm" disabled={last === total} onClick={() => onOffset(offset + PAGE)}>
        Next
      </Button>
      <p role="status" className="num text-sm text-muted">
        {formatCount(offset + 1)} to {formatCount(last)} of {formatCount(total)}
      </p>
    </nav>
  );
}
