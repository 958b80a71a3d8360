import type { Context } from "@/server/context";
import { tooManyAtOnce } from "./problems";
import { ANSWERS_AT_ONCE } from "./schemas";

const underWay = new Map<string, number>();

/**
 * Takes one of a person's places (the account, else the client's address) and answers how to give it back; giving it
 * back twice does nothing. Error: ANSWERS_AT_ONCE (429).
 */
function holdPlace(ctx: Context, most = ANSWERS_AT_ONCE): () => void {
  const key = ctx.actor?.accountId ?? ctx.client ?? "unknown";
  const held = underWay.get(key) ?? 0;
  if (held >= most) throw tooManyAtOnce(most);
  underWay.set(key, held + 1);
  let isHeld = true;
  return () => {
    if (!isHeld) return;
    isHeld = false;
    const left = underWay.get(key)! - 1;
    if (left > 0) underWay.set(key, left);
    else underWay.delete(key);
  };
}

/**
 * A stream that holds one of the person's places until it ends, fails or its signal is aborted. Waits for the first
 * event, so that a refusal is thrown here and still has its status.
 */
export async function whileHeld<T>(
  ctx: Context,
  signal: AbortSignal,
  begin: () => Promise<AsyncGenerator<T>>,
): Promise<AsyncGenerator<T>> {
  const giveBack = holdPlace(ctx);
  signal.addEventListener("abort", giveBack, { once: true });
  try {
    const events = await begin();
    return restOf(await events.next(), events, giveBack);
  } catch (error) {
    giveBack();
    throw error;
  }
}

async function* restOf<T>(first: IteratorResult<T>, events: AsyncGenerator<T>, giveBack: () => void) {
  try {
    if (!first.done) yield first.value;
    yield* events;
  } finally {
    giveBack();
  }
}
