import { env } from "@/env";
import { AppError, toAppError } from "./errors";

/** The REST error body: `{error: {code, message, fix, requestId}}`. */
export function errorResponse(error: unknown, requestId: string): Response {
  const app = toAppError(error);
  if (app.log) console.error(`${requestId} ${app.code}: ${app.log}`);
  const body = { error: { code: app.code, message: app.message, fix: app.fix, requestId } };
  const headers: Record<string, string> = { "x-request-id": requestId };
  if (app.status === 503) headers["retry-after"] = "2";
  return Response.json(body, { status: app.status, headers });
}

/** Cookies travel with any site's request; a state-changing call must come from our own pages (or no browser). */
export function refuseForeignOrigin(request: Request): Response | null {
  if (request.method === "GET" || request.method === "HEAD") return null;
  const origin = request.headers.get("origin");
  if (origin === null || origin === new URL(env().APP_ORIGIN).origin) return null;
  const error = new AppError(
    "FORBIDDEN",
    "ORIGIN",
    "The request came from another site.",
    `Use the app at ${env().APP_ORIGIN}.`,
  );
  return errorResponse(error, crypto.randomUUID());
}

/** Reads at most `maxBytes` of a body before anything parses it. Next's route handlers have no cap of their own. */
export async function limitBody(request: Request, maxBytes: number): Promise<Request | Response> {
  if (!request.body) return request;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.byteLength;
    if (bytes > maxBytes) {
      await reader.cancel().catch(() => {});
      const error = new AppError(
        "PAYLOAD_TOO_LARGE",
        "BODY_TOO_LARGE",
        `The request is larger than the ${maxBytes.toLocaleString("en")} bytes allowed.`,
        "Send less at once; files go to /api/uploads.",
      );
      return errorResponse(error, crypto.randomUUID());
    }
    chunks.push(value);
  }
  return new Request(request.url, {
    method: request.method,
    headers: request.headers,
    body: Buffer.concat(chunks),
  });
}
