import { Readable } from "node:stream";
import type { z } from "zod";
import { env } from "@/env";
import { AppError, toAppError } from "./errors";

export type RestError = { code: string; message: string; fix: string; requestId: string };

/** Any failure as what may leave the server; what may not is logged here. */
export function restError(error: unknown, requestId: string): { status: number; error: RestError } {
  const { status, code, message, fix, log } = toAppError(error);
  if (log) console.error(`${requestId} ${code}: ${log}`);
  return { status, error: { code, message, fix, requestId } };
}

/** The REST error body: `{error: {code, message, fix, requestId}}`. */
export function errorResponse(failure: unknown, requestId: string): Response {
  const { status, error } = restError(failure, requestId);
  const headers: Record<string, string> = { "x-request-id": requestId };
  if (status === 503) headers["retry-after"] = "2";
  return Response.json({ error }, { status, headers });
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

const bodyTooLarge = (maxBytes: number): Response =>
  errorResponse(
    new AppError(
      "PAYLOAD_TOO_LARGE",
      "BODY_TOO_LARGE",
      `The request is larger than the ${maxBytes.toLocaleString("en")} bytes allowed.`,
      "Send less at once; files go to /api/uploads.",
    ),
    crypto.randomUUID(),
  );

/**
 * Lets at most `maxBytes` of a body through before anything parses it; Next's route handlers have no cap of their own. A
 * length that is declared is believed: Node ends the message there. Only a body without one is read and counted here.
 */
export async function limitBody(request: Request, maxBytes: number): Promise<Request | Response> {
  if (!request.body) return request;
  const declared = Number(request.headers.get("content-length") ?? Number.NaN);
  if (declared > maxBytes) return bodyTooLarge(maxBytes);
  if (declared >= 0 && !request.headers.has("transfer-encoding")) return request;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.byteLength;
    if (bytes > maxBytes) {
      await reader.cancel().catch(() => {});
      return bodyTooLarge(maxBytes);
    }
    chunks.push(value);
  }
  return new Request(request.url, {
    method: request.method,
    headers: request.headers,
    body: Buffer.concat(chunks),
  });
}

/** Streams a file under the name people save it by. */
export function downloadResponse(
  file: { fileName: string; bytes: number; stream: Readable; etag: string },
  type: string,
): Response {
  return new Response(Readable.toWeb(file.stream) as ReadableStream, {
    headers: {
      "content-type": type,
      "content-length": String(file.bytes),
      "content-disposition": `attachment; filename="${file.fileName}"`,
      etag: `"${file.etag}"`,
    },
  });
}

/** The JSON body of a request, checked. Errors: BODY_TOO_LARGE (413), INPUT_INVALID (400) naming the field. */
export async function readJson<T extends z.ZodType>(request: Request, schema: T, maxBytes: number) {
  const limited = await limitBody(request, maxBytes);
  if (limited instanceof Response) return limited;
  const parsed = schema.safeParse(await limited.json().catch(() => null));
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  const error = new AppError(
    "BAD_REQUEST",
    "INPUT_INVALID",
    path.length > 0 && typeof path.at(-1) === "string" ? `${path.join(".")}: ${message}.` : `${message}.`,
    "Correct it and send it again.",
  );
  return errorResponse(error, crypto.randomUUID());
}
