const POLL_MS = 1_000;
const DROPPED_POLL_MS = 5_000;
const ENDED = new Set(["final", "reverted", "replaced"]);

/** How long to wait before asking again; false when nothing more can happen. A dropped one may still turn up. */
export function pollMs(status: string | undefined): number | false {
  if (status === "dropped") return DROPPED_POLL_MS;
  return status !== undefined && ENDED.has(status) ? false : POLL_MS;
}

/** The server answers a sped-up transaction with the one that took its place. */
export const isOther = (answered: string, asked: string) => answered !== asked.toLowerCase();
