/** Which of two unnamed answers somebody finds better written; `tie` prefers neither. */
export const PREFERENCES = ["tuned", "base", "tie"] as const;
export type Preference = (typeof PREFERENCES)[number];
