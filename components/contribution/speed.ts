export type Speed = { bytesPerSecond: number; secondsLeft: number };

/** Over the last seconds, so that it follows the connection; a second of bytes says little. */
const WINDOW_MS = 5_000;
const LEAST_MS = 1_000;

/** Measures how fast a count of bytes grows. Answers null until a second has been seen. */
export function startSpeed(now: () => number = Date.now) {
  let seen: { at: number; bytes: number }[] = [];
  const measure = (bytes: number, total: number): Speed | null => {
    const at = now();
    seen = [...seen.filter((each) => at - each.at <= WINDOW_MS), { at, bytes }];
    const first = seen[0]!;
    if (at - first.at < LEAST_MS || bytes <= first.bytes) return null;
    const bytesPerSecond = ((bytes - first.bytes) / (at - first.at)) * 1000;
    return { bytesPerSecond, secondsLeft: (total - bytes) / bytesPerSecond };
  };
  return Object.assign(measure, {
    /** After a break the pause is no part of the speed. */
    forget: () => {
      seen = [];
    },
  });
}
