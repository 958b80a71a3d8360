/** Longer than a restart of every part takes. */
const TRY_FOR_MS = 60_000;
const MAX_PAUSE_MS = 4_000;
const AWAY = new Set([502, 503, 504]);

type Data = { httpStatus?: number; app?: { code?: string } } | null | undefined;

/**
 * Did no answer come at all, or only that the database is away? Then the same call is worth sending again. A refusal
 * stays a refusal, also one that names another part (the training machine, the chain): its page has words for it.
 */
export function isConnectionLost(error: unknown): boolean {
  const { data, cause } = (error ?? {}) as { data?: Data; cause?: { name?: string } };
  if (cause?.name === "AbortError") return false;
  if (!data) return error instanceof Error && error.name === "TRPCClientError";
  if (data.app) return data.app.code === "DB_UNAVAILABLE";
  return AWAY.has(data.httpStatus ?? 0);
}

/** Milliseconds before attempt number `attempts` + 1: 0.5 s, then twice as long each time, at most 4 s. */
export const pauseMs = (attempts: number) => Math.min(500 * 2 ** (attempts - 1), MAX_PAUSE_MS);

/** Whether another attempt falls within a minute of the first. */
export function isWorthTrying(attempts: number): boolean {
  let waited = 0;
  for (let i = 1; i <= attempts; i++) waited += pauseMs(i);
  return waited <= TRY_FOR_MS;
}

/** 32 hex digits; `crypto.randomUUID` is missing where the app is served over plain http to other machines. */
export const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );

/**
 * One Idempotency-Key per user action. An action whose outcome never came keeps its key: pressed again with the same
 * input it is the same action. Any answer ends it.
 */
export class ActionKeys {
  private readonly open = new Map<string, string>();

  take(path: string, input: unknown): string {
    const action = `${path}\n${JSON.stringify(input ?? null)}`;
    const key = this.open.get(action) ?? newKey();
    this.open.set(action, key);
    return key;
  }

  answered(key: string | null): void {
    for (const [action, each] of this.open) if (each === key) this.open.delete(action);
  }
}
