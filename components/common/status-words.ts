import type { StatusTone } from "./status-badge";

/** The word and the shape that a state is shown by. */
export type Shown = { tone: StatusTone; label: string };

/** A state that has no word yet is shown as it is called, in a neutral tone. */
export const shownStatus = (table: Record<string, Shown>, status: string): Shown =>
  table[status] ?? { tone: "neutral", label: status };
