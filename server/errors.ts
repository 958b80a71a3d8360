/** Codes a person or a client may meet; each belongs to one HTTP status. */
const STATUS = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNPROCESSABLE: 422,
  TOO_MANY_REQUESTS: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  NO_SPACE: 507,
} as const;
export type ErrorKind = keyof typeof STATUS;

/**
 * An error with a code for machines, a sentence for the person (what happened) and a fix (what to do next).
 * `log` may say more; it never leaves the server.
 */
export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly fix: string;
  readonly log?: string;

  constructor(kind: ErrorKind, code: string, message: string, fix: string, log?: string) {
    super(message);
    this.name = "AppError";
    this.kind = kind;
    this.code = code;
    this.fix = fix;
    this.log = log;
  }

  get status(): number {
    return STATUS[this.kind];
  }
}

export const notFound = (what: string) =>
  new AppError(
    "NOT_FOUND",
    "NOT_FOUND",
    `This ${what} does not exist, or you may not see it.`,
    "Check the address, or go back to the list.",
  );

export const textControl = () =>
  new AppError(
    "BAD_REQUEST",
    "TEXT_CONTROL",
    "The text holds a NUL or half a character, which cannot be stored.",
    "Remove the unreadable character and send it again.",
  );

const DISCONNECTED = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "57P01",
  "57P02",
  "57P03",
  "08006",
  "08003",
  // A server that comes up again while everybody connects.
  "53300",
]);

/** viem's errors and ours for a node that is not there; told by name, because this file ships to every layer. */
function isChainAway(error: unknown): boolean {
  for (
    let each = error as { name?: string; code?: unknown; shortMessage?: string; cause?: unknown } | undefined;
    each;
  ) {
    if (each.name === "HttpRequestError" || (each.name === "ChainError" && each.code === "RPC_DOWN"))
      return true;
    if (each.name === "TimeoutError" && each.shortMessage !== undefined) return true;
    each = each.cause as typeof each;
  }
  return false;
}

/**
 * drizzle's own error around the database's. Told by its shape: a page and a route are bundled apart and share one pool,
 * so that it may be of a class that only looks the same.
 */
const isQueryError = (error: unknown): error is Error =>
  error instanceof Error && "query" in error && "params" in error && error.cause !== undefined;

/** Any thrown value to an AppError: known ones pass, a lost database is named, all else hides its insides. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const cause = isQueryError(error) ? error.cause : error;
  const code = (cause as { code?: string } | undefined)?.code ?? "";
  const text = cause instanceof Error ? cause.message : String(cause);
  if (isChainAway(error)) {
    return new AppError(
      "UNAVAILABLE",
      "CHAIN_UNAVAILABLE",
      "The chain did not answer.",
      "Nothing was lost. Try again in a few seconds.",
      text,
    );
  }
  if (DISCONNECTED.has(code) || /timeout|Connection terminated|not queryable/i.test(text)) {
    return new AppError(
      "UNAVAILABLE",
      "DB_UNAVAILABLE",
      "The database did not answer.",
      "Nothing was lost. Try again in a few seconds.",
      text,
    );
  }
  // 53100: the database's own disk, which is often the same one.
  if (code === "53100" || code === "ENOSPC") {
    return new AppError(
      "NO_SPACE",
      "NO_SPACE",
      "The disk is full, so nothing could be stored.",
      "What was there before is kept. Free some space, then try again.",
      text,
    );
  }
  // 22P02: the text in an address or call is not an id at all.
  if (code === "22P02") return notFound("page");
  // 22021 and 22P05: a NUL, or half a character, which PostgreSQL does not store.
  if (code === "22021" || code === "22P05") return textControl();
  return new AppError(
    "INTERNAL",
    "INTERNAL",
    "Something went wrong on our side.",
    "Nothing was lost. Try again; if it happens again, report it with the request id.",
    error instanceof Error ? (error.stack ?? error.message) : text,
  );
}
