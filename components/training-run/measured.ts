/** The newest runs with a verdict: what can be compared. A page that prefetches them must ask the same. */
export const MEASURED = { isMeasured: true, limit: 100 } as const;
