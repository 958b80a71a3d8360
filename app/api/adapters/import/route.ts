import { readImportRequest } from "@/server/adapter/import/read-request";
import { DuplicateAdapterError, importAdapter } from "@/server/adapter/import-adapter";
import { answerSent } from "../../answer-sent";

/** POST /api/adapters/import: the files one after the other as the raw body; what they are in headers. */
export function POST(request: Request): Promise<Response> {
  return answerSent(
    request,
    async (ctx) => importAdapter(ctx, { ...(await readImportRequest(request)), signal: request.signal }),
    (error) => (error instanceof DuplicateAdapterError ? { adapterId: error.adapterId } : null),
  );
}
