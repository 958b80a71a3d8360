import type { SignedInContext } from "@/server/trpc";
import { cancelUpload } from "./cancel";
import { createUpload } from "./create";
import { getUpload } from "./get";
import { CHECKSUM_ALGORITHMS, TUS_EXTENSIONS, TUS_VERSION } from "./headers";
import { patchUpload } from "./patch";
import { TusError, wrongVersion } from "./problems";
import type { UploadRow } from "./upload-row";

export type TusLimits = { maxBytes: number; quotaBytes: number };
/** How far an upload is, and what it has become. */
export type UploadState = { row: UploadRow; contributionId: string | null };

const PATH = "/api/uploads/tus";

/** The method that is meant: some networks let only POST through. */
export const methodOf = (request: Request): string =>
  (request.method === "POST" && request.headers.get("x-http-method-override")?.toUpperCase()) ||
  request.method;

/** What the server can do; needs neither a version nor a person. */
export const tusOptions = (maxBytes: number): Response =>
  new Response(null, {
    status: 204,
    headers: {
      "tus-resumable": TUS_VERSION,
      "tus-version": TUS_VERSION,
      "tus-extension": TUS_EXTENSIONS,
      "tus-max-size": String(maxBytes),
      "tus-checksum-algorithm": CHECKSUM_ALGORITHMS.join(","),
    },
  });

/**
 * One request of the tus protocol 1.0.0 (https://tus.io/protocols/resumable-upload), by somebody signed in.
 * @param id of the upload in the address; null for the address that makes new ones
 * Errors: those of the verbs, TUS_VERSION (412), METHOD (405).
 */
export async function answerTus(
  ctx: SignedInContext,
  request: Request,
  id: string | null,
  limits: TusLimits,
): Promise<Response> {
  if (request.headers.get("tus-resumable") !== TUS_VERSION) throw wrongVersion();
  const method = methodOf(request);
  if (id === null && method === "POST") {
    const { row, contributionId } = await createUpload(ctx, request, limits);
    const headers = { ...stateHeaders({ row, contributionId }), location: `${PATH}/${row.id}` };
    return new Response(null, { status: 201, headers });
  }
  if (id !== null && method === "PATCH") {
    const headers = stateHeaders(await patchUpload(ctx, request, id, limits));
    return new Response(null, { status: 204, headers });
  }
  if (id !== null && method === "HEAD") {
    const state = await getUpload(ctx, id, limits);
    const headers = { ...stateHeaders(state), "upload-length": String(state.row.totalBytes) };
    return new Response(null, { status: 200, headers });
  }
  if (id !== null && method === "DELETE") {
    await cancelUpload(ctx, id);
    return new Response(null, { status: 204, headers: { "tus-resumable": TUS_VERSION } });
  }
  const allow = id === null ? "POST, OPTIONS" : "HEAD, PATCH, DELETE, OPTIONS";
  throw new TusError(405, "METHOD", `${method} is not answered here.`, `Use one of ${allow}.`, { allow });
}

function stateHeaders({ row, contributionId }: UploadState): Record<string, string> {
  const headers: Record<string, string> = {
    "tus-resumable": TUS_VERSION,
    "upload-offset": String(row.offsetBytes),
    "cache-control": "no-store",
  };
  // HTTP's date form, for an upload that still waits for bytes.
  if (row.status === "sending") headers["upload-expires"] = row.expiresAt.toUTCString();
  if (contributionId) headers["x-contribution-id"] = contributionId;
  return headers;
}
