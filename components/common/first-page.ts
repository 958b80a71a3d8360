/** Rows of a page of a list that the server pages. */
export const PAGE_SIZE = 50;

/** What the first page of a list is asked for with: a page that prefetches it must ask the same. */
export const FIRST_PAGE = { limit: PAGE_SIZE, offset: 0 };
