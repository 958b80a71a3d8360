import type { Context } from "./context";
import { AppError } from "./errors";

type Window = { used: number; endsAt: number };
export type RateLimit = { name: string; limit: number; windowMs: number };

/** More than this many people at once are not told apart: the oldest windows are forgotten. */
const MOST_WINDOWS = 20_000;
const windows = new Map<string, Window>();

/**
 * Counts a call of one person (the account, else the client's address) in a fixed window, in this process's memory:
 * there is one web process, and a restart forgives. Error: RATE_LIMITED (429) with the seconds to wait.
 */
export function requireRate(ctx: Context, { name, limit, windowMs }: RateLimit, now = Date.now()): void {
  const key = `${name} ${ctx.actor?.accountId ?? ctx.client ?? "unknown"}`;
  let window = windows.get(key);
  if (!window || window.endsAt <= now) {
    window = { used: 0, endsAt: now + windowMs };
    windows.delete(key);
    windows.set(key, window);
    if (windows.size > MOST_WINDOWS) windows.delete(windows.keys().next().value!);
  }
  window.used += 1;
  if (window.used <= limit) return;
  const seconds = Math.ceil((window.endsAt - now) / 1000);
  throw new AppError(
    "TOO_MANY_REQUESTS",
    "RATE_LIMITED",
    `This was asked for more than ${limit} times within ${windowMs / 1000} seconds.`,
    `Wait ${seconds} ${seconds === 1 ? "second" : "seconds"}, then try again. Your input is kept.`,
  );
}
