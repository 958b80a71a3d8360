import { isWorthTrying, pauseMs } from "./retry";

const AWAY = new Set([502, 503, 504]);
const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));

/**
 * Sends a change, and the very same one again for a minute while no answer comes; its key sees to it that it is made
 * once. Throws what the last attempt threw, and at once when the person went away (AbortError).
 * @param startWaiting called when the first attempt has failed; what it answers is called at the end
 */
export async function sendUntilAnswered(
  send: () => Promise<Response>,
  startWaiting: () => () => void,
): Promise<{ response: Response; isAnswered: boolean }> {
  let stopWaiting: (() => void) | null = null;
  try {
    for (let attempts = 1; ; attempts++) {
      const isLast = !isWorthTrying(attempts);
      try {
        const response = await send();
        const isAnswered = !(await isAway(response));
        if (isAnswered || isLast) return { response, isAnswered };
      } catch (error) {
        if (isLast || (error as Error).name === "AbortError") throw error;
      }
      stopWaiting ??= startWaiting();
      await sleep(pauseMs(attempts));
    }
  } finally {
    stopWaiting?.();
  }
}

/** Only the database's absence, or no app at all behind a proxy; other parts that are away have words of their own. */
async function isAway(response: Response): Promise<boolean> {
  if (!AWAY.has(response.status)) return false;
  const body = (await response
    .clone()
    .json()
    .catch(() => null)) as {
    error?: { json?: { data?: { app?: { code?: string } } } };
  } | null;
  const code = body?.error?.json?.data?.app?.code;
  return code === undefined || code === "DB_UNAVAILABLE";
}
