import type { Side } from "./schemas";

/**
 * The events of two streams as they come, each with its side. When one fails the other is given up: `stop` must end it.
 */
export async function* sideBySide<T>(
  streams: Record<Side, AsyncGenerator<T>>,
  stop: () => void,
): AsyncGenerator<{ side: Side; event: T }> {
  const ask = (side: Side) => streams[side].next().then((result) => ({ side, result }));
  const waiting = new Map<Side, ReturnType<typeof ask>>([
    ["a", ask("a")],
    ["b", ask("b")],
  ]);
  try {
    while (waiting.size > 0) {
      const { side, result } = await Promise.race(waiting.values());
      if (result.done) {
        waiting.delete(side);
      } else {
        waiting.set(side, ask(side));
        yield { side, event: result.value };
      }
    }
  } finally {
    if (waiting.size > 0) stop();
    for (const left of waiting.values()) left.catch(() => {});
  }
}
