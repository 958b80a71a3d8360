/** The first questions that got worse. A page that prefetches them must ask the same. */
export const BROKEN = { filter: "broken", limit: 10, offset: 0 } as const;
