import { formatSeconds } from "../common/numbers";

type Measured = { tokens: number; reason: "stop" | "length"; firstMs: number; totalMs: number };

const seconds = (ms: number) => (ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : formatSeconds(ms / 1000));

/**
 * "6 tokens in 0.8 s, 10 tokens/s". The rate is of the writing alone, from the first word to the last, so it is
 * said only where there are enough tokens and time to measure it.
 */
export function speedWords({ tokens, reason, firstMs, totalMs }: Measured): string {
  const writingMs = totalMs - firstMs;
  const rate =
    tokens > 2 && writingMs > 20 ? `, ${Math.round((tokens - 1) / (writingMs / 1000))} tokens/s` : "";
  const cut = reason === "length" ? "; cut at the longest answer" : "";
  return `${tokens} ${tokens === 1 ? "token" : "tokens"} in ${seconds(totalMs)}${rate}${cut}`;
}
