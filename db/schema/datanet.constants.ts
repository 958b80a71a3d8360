/** The order in which they are offered. */
export const GOALS = ["answer", "label", "fields", "style"] as const;
export type Goal = (typeof GOALS)[number];

/** draft: not yet on the chain; registering: transaction sent; registered: included or final. */
export const DATANET_STATUSES = ["draft", "registering", "registered"] as const;
export type DatanetStatus = (typeof DATANET_STATUSES)[number];
