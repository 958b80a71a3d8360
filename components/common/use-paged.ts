"use client";
import { useDeferredValue, useState } from "react";
import { FIRST_PAGE, PAGE_SIZE } from "./first-page";
import type { Sort } from "./table-rows";

type SortOf<Key extends string> = { key: Key; direction: Sort["direction"] };

/**
 * A list of which the server filters, sorts and gives one page at a time. `input` is what to ask it for; `controls` go to
 * `DataTable`. Columns other than `sortable` must have no `value`, since the server cannot order by them.
 */
export function usePaged<Key extends string>(sortable: readonly Key[]) {
  const [query, setQuery] = useState("");
  const [sort, setSort] = useState<SortOf<Key> | undefined>();
  const [page, setPage] = useState(0);
  const search = useDeferredValue(query.trim());
  return {
    input: { ...FIRST_PAGE, search: search || undefined, sort, offset: page * PAGE_SIZE },
    controls: {
      query,
      onQuery: (next: string) => {
        setQuery(next);
        setPage(0);
      },
      sort: sort ?? null,
      onSort: ({ key, direction }: Sort) => {
        const known = sortable.find((each) => each === key);
        if (known) setSort({ key: known, direction });
        setPage(0);
      },
      page,
      onPage: setPage,
    },
  };
}

export type PagedControls = ReturnType<typeof usePaged>["controls"];
