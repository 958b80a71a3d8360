import { readImportRequest } from "@/server/adapter/import/read-request";
import { DuplicateAdapterError, importAdapter } from "@/server/adapter/import-adapter";
import { createContext } from "@/server/context";
import { errorResponse, refuseForeignOrigin } from "@/server/http";
import { requireActor } from "@/server/trpc";

/** POST /api/adapters/import: the files one after the other as the raw body; what they are in headers. */
export async function POST(request: Request): Promise<Response> {
  const refused = refuseForeignOrigin(request);
  if (refused) return refused;
  let requestId: string = crypto.randomUUID();
  try {
    const ctx = await createContext(request, () => {});
    requestId = ctx.requestId;
    const actor = requireActor(ctx);
    const sent = await readImportRequest(request);
    const { adapterId } = await importAdapter({ ...ctx, actor }, { ...sent, signal: request.signal });
    return Response.json({ adapterId }, { status: 201, headers: { "x-request-id": requestId } });
  } catch (error) {
    return refusal(error, requestId);
  }
}

/** The usual body, and for a file that is here already the id of the first one. */
async function refusal(error: unknown, requestId: string): Promise<Response> {
  const response = errorResponse(error, requestId);
  if (!(error instanceof DuplicateAdapterError)) return response;
  const body = (await response.json()) as { error: Record<string, string> };
  return Response.json(
    { error: { ...body.error, adapterId: error.adapterId } },
    { status: response.status, headers: { "x-request-id": requestId } },
  );
}
