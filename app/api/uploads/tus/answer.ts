import { env } from "@/env";
import { createContext } from "@/server/context";
import { DuplicateFileError } from "@/server/contribution/register";
import { answerTus, methodOf, tusOptions } from "@/server/contribution/tus/answer";
import { TUS_VERSION } from "@/server/contribution/tus/headers";
import { TusError } from "@/server/contribution/tus/problems";
import { errorResponse, refuseForeignOrigin } from "@/server/http";
import { requireActor } from "@/server/trpc";

/** A request of the tus protocol: its method and version are told apart in `server/contribution/tus`. */
export async function answer(request: Request, id: string | null): Promise<Response> {
  const limits = { maxBytes: env().UPLOAD_MAX_BYTES, quotaBytes: env().STORAGE_QUOTA_BYTES };
  if (methodOf(request) === "OPTIONS") return tusOptions(limits.maxBytes);
  const refused = refuseForeignOrigin(request);
  if (refused) return refused;
  let requestId: string = crypto.randomUUID();
  try {
    const ctx = await createContext(request, () => {});
    requestId = ctx.requestId;
    const response = await answerTus({ ...ctx, actor: requireActor(ctx) }, request, id, limits);
    response.headers.set("x-request-id", requestId);
    return response;
  } catch (error) {
    return refusal(error, requestId, methodOf(request) === "HEAD");
  }
}

/** The usual error body, with the headers of the protocol; an answer to HEAD has no body. */
function refusal(error: unknown, requestId: string, isHead: boolean): Response {
  const response = errorResponse(error, requestId);
  const headers = new Headers(response.headers);
  headers.set("tus-resumable", TUS_VERSION);
  headers.set("cache-control", "no-store");
  if (error instanceof TusError)
    for (const [name, value] of Object.entries(error.headers)) headers.set(name, value);
  if (error instanceof DuplicateFileError) headers.set("x-contribution-id", error.contributionId);
  return new Response(isHead ? null : response.body, { status: response.status, headers });
}
