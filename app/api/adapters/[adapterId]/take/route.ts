import { z } from "zod";
import { takeAdapter } from "@/server/adapter/take";
import { createContext } from "@/server/context";
import { notFound } from "@/server/errors";
import { downloadResponse, errorResponse } from "@/server/http";

type Params = { params: Promise<{ adapterId: string }> };

/** One zip with all that belongs to an adapter, streamed. */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  let requestId: string = crypto.randomUUID();
  try {
    const ctx = await createContext(request, () => {});
    requestId = ctx.requestId;
    const adapterId = z.uuid().safeParse((await params).adapterId);
    if (!adapterId.success) throw notFound("adapter");
    return downloadResponse(await takeAdapter(ctx, { adapterId: adapterId.data }), "application/zip");
  } catch (error) {
    return errorResponse(error, requestId);
  }
}
