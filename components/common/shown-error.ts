/** The public part of an error as the server sends it (PublicError), or one made in the browser. */
export type ShownError = {
  code?: string;
  message: string;
  fix?: string;
  requestId?: string;
  fields?: Record<string, string>;
};

const OFFLINE: ShownError = {
  code: "OFFLINE",
  message: "The server did not answer.",
  fix: "Check that it is running and that you are online, then try again. Nothing was lost.",
};

/** Any thrown value to what may be shown: tRPC client errors carry theirs in data.app. */
export function shownError(error: unknown): ShownError {
  if (typeof error === "object" && error !== null) {
    const app = (error as { data?: { app?: ShownError } | null }).data?.app;
    if (app) return app;
    if ("fix" in error && "message" in error) return error as ShownError;
    if (error instanceof Error && /fetch|network|load failed|not valid JSON/i.test(error.message))
      return OFFLINE;
  }
  return {
    code: "UNEXPECTED",
    message: "Something went wrong on this page.",
    fix: "Reload it and try again. What you saved is kept.",
  };
}
