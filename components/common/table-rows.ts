import type { ReactNode } from "react";

export type SortValue = string | number | bigint | Date | null | undefined;

export type Column<T> = {
  key: string;
  header: string;
  /** For a column of buttons: the header is spoken only. */
  isHeaderHidden?: boolean;
  /** What stands in the cell; the `value` as text when left out. */
  cell?: (row: T) => ReactNode;
  /** What is sorted by; a column without one cannot be sorted. */
  value?: (row: T) => SortValue;
  isNumeric?: boolean;
  className?: string;
};

export type Sort = { key: string; direction: "asc" | "desc" };

/** Made when something is first sorted: `Intl` is slow to begin. */
let collator: Intl.Collator | undefined;
function compareText(a: string, b: string): number {
  collator ??= new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  return collator.compare(a, b);
}

/** Empty values always go last; equal rows keep their order. */
function compare(a: SortValue, b: SortValue, sign: 1 | -1): number {
  if (a === null || a === undefined) return b === null || b === undefined ? 0 : 1;
  if (b === null || b === undefined) return -1;
  if (typeof a === "string" && typeof b === "string") return sign * compareText(a, b);
  return sign * (a < b ? -1 : a > b ? 1 : 0);
}

export function sortRows<T>(rows: readonly T[], columns: Column<T>[], sort: Sort | null): T[] {
  const value = columns.find((column) => column.key === sort?.key)?.value;
  if (!sort || !value) return [...rows];
  const sign = sort.direction === "asc" ? 1 : -1;
  return [...rows].sort((a, b) => compare(value(a), value(b), sign));
}

/** Every word typed must occur, in any order and case. */
export function filterRows<T>(rows: readonly T[], text: (row: T) => string, query: string): T[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...rows];
  return rows.filter((row) => {
    const hay = text(row).toLowerCase();
    return words.every((word) => hay.includes(word));
  });
}
