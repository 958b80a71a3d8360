"use client";
import { ArrowDown, ArrowUp } from "lucide-react";
import { type ReactNode, type RefObject, useMemo, useState } from "react";
import { Button } from "../ui/button";
import { cn } from "../ui/cn";
import { Input } from "../ui/input";
import { Skeleton } from "../ui/skeleton";
import { Td, Th } from "../ui/table";
import { PAGE_SIZE } from "./first-page";
import { formatCount } from "./numbers";
import { BY_ORDER, Pager } from "./pager";
import { type Column, filterRows, type Sort, type SortValue, sortRows } from "./table-rows";
import type { PagedControls } from "./use-paged";
import { ROW_HEIGHT_PX, useWindowRows } from "./use-window-rows";

export type { Column } from "./table-rows";

/** More rows than this are drawn only where they are seen. */
const VIRTUAL_FROM = 200;
/** Rows of one height: what is cut after some lines elsewhere is cut after one here. */
const ONE_LINE =
  "max-w-[min(384px,60vw)] truncate whitespace-nowrap [&>.line-clamp-2]:block [&>.line-clamp-2]:truncate [&>.line-clamp-3]:block [&>.line-clamp-3]:truncate";
/** As many or fewer are seen at a glance. */
const FILTER_FROM = 5;

type DataTableProps<T> = {
  columns: Column<T>[];
  rows: readonly T[];
  /** Shown when there are no rows at all (not when the filter matches none). */
  empty: ReactNode;
  /** `text` is what is searched; of a paged list the server searches. */
  filter?: { label: string; text?: (row: T) => string };
  /** Of a list that the server filters, sorts and gives page by page: `rows` is one page of `total`. */
  paged?: PagedControls & { total: number; isStale: boolean };
  /** Spoken name of the table. */
  caption?: string;
  getKey?: (row: T) => string;
  initialSort?: Sort;
  isLoading?: boolean;
  /** In a page with more below it: so many rows at first, the others on a press. */
  initialRows?: number;
  /** Below the rows: what is not listed. */
  note?: string;
};

const defaultKey = (row: unknown) => String((row as { id?: unknown }).id);

/** Filter, sort, keyboard; 36 px rows, 10,000 of them without a stutter. */
export function DataTable<T>({
  columns,
  rows,
  empty,
  filter,
  caption = "Rows",
  getKey = defaultKey,
  initialSort,
  isLoading,
  initialRows,
  paged,
  note,
}: DataTableProps<T>) {
  const [isWhole, setIsWhole] = useState(false);
  const [ownQuery, setOwnQuery] = useState("");
  const [ownSort, setOwnSort] = useState<Sort | null>(initialSort ?? null);
  const query = paged?.query ?? ownQuery;
  const sort = paged ? paged.sort : ownSort;
  const isPaged = paged !== undefined;
  const matching = useMemo(() => {
    if (isPaged) return rows;
    const kept = filter?.text ? filterRows(rows, filter.text, ownQuery) : rows;
    return sortRows(kept, columns, ownSort);
  }, [rows, columns, filter, ownQuery, ownSort, isPaged]);
  const shown = initialRows && !isWhole ? matching.slice(0, initialRows) : matching;
  const before = paged ? paged.page * PAGE_SIZE : 0;
  const isVirtual = shown.length > VIRTUAL_FROM;
  const { ref, start, end } = useWindowRows(shown.length, isVirtual);

  if (isLoading) return <TableSkeleton columns={columns.length} />;
  const total = paged?.total ?? rows.length;
  if (rows.length === 0 && !paged?.query) return <>{empty}</>;
  return (
    <div className="min-w-0">
      {filter && (total > FILTER_FROM || query) ? (
        <div className="mb-2 flex flex-wrap items-center gap-3">
          <Input
            type="search"
            aria-label={filter.label}
            placeholder={filter.label}
            value={query}
            onChange={(event) => (paged?.onQuery ?? setOwnQuery)(event.target.value)}
            className="max-w-72"
          />
          <p role="status" className="num text-sm text-muted">
            {query && !paged
              ? `${formatCount(matching.length)} of ${formatCount(rows.length)}`
              : `${formatCount(total)} ${total === 1 ? "row" : "rows"}`}
          </p>
        </div>
      ) : null}
      <section
        ref={ref as RefObject<HTMLElement>}
        aria-label={caption}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className={cn(
          "relative overflow-x-auto",
          isVirtual && "max-h-[70vh] overflow-y-auto",
          paged?.isStale && "opacity-60",
        )}
      >
        <table aria-rowcount={total + 1} className="w-full border-separate border-spacing-0 text-left">
          <caption className="sr-only">{caption}</caption>
          <thead className={cn(isVirtual && "sticky top-0 z-10 bg-canvas")}>
            <tr>
              {columns.map((column) => (
                <HeadCell key={column.key} column={column} sort={sort} onSort={paged?.onSort ?? setOwnSort} />
              ))}
            </tr>
          </thead>
          <tbody>
            <Gap rows={start} columns={columns.length} />
            {shown.slice(start, end).map((row, index) => (
              <tr key={getKey(row)} aria-rowindex={before + start + index + 2} className="hover:bg-sunken">
                {columns.map((column) => (
                  <Td
                    key={column.key}
                    isNumeric={column.isNumeric}
                    className={cn(isVirtual && ONE_LINE, column.className)}
                  >
                    {column.cell ? column.cell(row) : plainText(column.value?.(row))}
                  </Td>
                ))}
              </tr>
            ))}
            <Gap rows={shown.length - end} columns={columns.length} />
          </tbody>
        </table>
      </section>
      {shown.length === 0 ? <p className="py-6 text-muted">Nothing matches “{query}”.</p> : null}
      {shown.length < matching.length ? (
        <Button size="sm" className="mt-3" onClick={() => setIsWhole(true)}>
          Show all {formatCount(matching.length)}
        </Button>
      ) : null}
      {note ? <p className="num mt-3 text-sm text-muted">{note}</p> : null}
      {paged ? <Pager {...paged} pageSize={PAGE_SIZE} words={sort ? BY_ORDER : undefined} /> : null}
    </div>
  );
}

function plainText(value: SortValue): string {
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  return typeof value === "number" ? formatCount(value) : String(value ?? "");
}

function Gap({ rows, columns }: { rows: number; columns: number }) {
  if (rows <= 0) return null;
  return (
    <tr>
      <td colSpan={columns} style={{ height: rows * ROW_HEIGHT_PX }} />
    </tr>
  );
}

type HeadCellProps<T> = { column: Column<T>; sort: Sort | null; onSort: (sort: Sort) => void };

function HeadCell<T>({ column, sort, onSort }: HeadCellProps<T>) {
  if (!column.value) {
    return (
      <Th isNumeric={column.isNumeric}>
        {column.isHeaderHidden ? <span className="sr-only">{column.header}</span> : column.header}
      </Th>
    );
  }
  const direction = sort?.key === column.key ? sort.direction : null;
  const Icon = direction === "desc" ? ArrowDown : ArrowUp;
  return (
    <Th
      isNumeric={column.isNumeric}
      aria-sort={direction === null ? "none" : direction === "asc" ? "ascending" : "descending"}
    >
      <button
        type="button"
        onClick={() => onSort({ key: column.key, direction: direction === "asc" ? "desc" : "asc" })}
        className={cn(
          "group inline-flex min-h-6 items-center gap-1 rounded-sm font-medium hover:text-ink",
          column.isNumeric && "flex-row-reverse",
        )}
      >
        {column.header}
        <Icon
          aria-hidden="true"
          className={cn("size-3", direction === null && "opacity-0 group-hover:opacity-60")}
        />
      </button>
    </Th>
  );
}

function TableSkeleton({ columns }: { columns: number }) {
  return (
    <div role="status" aria-label="Loading rows">
      {["a", "b", "c", "d", "e", "f"].map((row) => (
        <div key={row} className="flex h-9 items-center gap-6 border-b border-line">
          {Array.from({ length: Math.min(columns, 5) }, (_, index) => (
            <Skeleton key={`${row}${String(index)}`} className={index === 0 ? "w-1/3" : "w-1/6"} />
          ))}
        </div>
      ))}
    </div>
  );
}
