import { openExport } from "@/server/adapter/open-export";
import { ExportInput } from "@/server/adapter/schemas";
import { createContext } from "@/server/context";
import { notFound } from "@/server/errors";
import { downloadResponse, errorResponse } from "@/server/http";

type Params = { params: Promise<{ adapterId: string; format: string }> };

/** A finished, re-tested export, streamed. */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  let requestId: string = crypto.randomUUID();
  try {
    const ctx = await createContext(request, () => {});
    requestId = ctx.requestId;
    const input = ExportInput.safeParse(await params);
    if (!input.success) throw notFound("export");
    const { type, ...file } = await openExport(ctx, input.data);
    return downloadResponse(file, type);
  } catch (error) {
    return errorResponse(error, requestId);
  }
}
