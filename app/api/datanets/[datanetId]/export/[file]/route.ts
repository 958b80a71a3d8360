import { z } from "zod";
import { createContext } from "@/server/context";
import { notFound } from "@/server/errors";
import { errorResponse } from "@/server/http";
import { openReviewExport } from "@/server/review/export/files";

type Params = { params: Promise<{ datanetId: string; file: string }> };

/** Accepted rows and decisions of a Datanet as files, streamed. */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  let requestId: string = crypto.randomUUID();
  try {
    const ctx = await createContext(request, () => {});
    requestId = ctx.requestId;
    const { datanetId, file } = await params;
    const id = z.uuid().safeParse(datanetId);
    if (!id.success) throw notFound("Datanet");
    const { contentType, parts } = await openReviewExport(ctx, id.data, file);
    // The first part is made before the answer starts, so that a refusal is one.
    const first = await parts.next();
    const encoder = new TextEncoder();
    const bytes = (part: string | Uint8Array) => (typeof part === "string" ? encoder.encode(part) : part);
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        if (!first.done) controller.enqueue(bytes(first.value));
      },
      async pull(controller) {
        const next = await parts.next();
        if (next.done) controller.close();
        else controller.enqueue(bytes(next.value));
      },
      cancel: () => parts.return(undefined).then(() => {}),
    });
    return new Response(body, {
      headers: {
        "content-type": contentType,
        "content-disposition": `attachment; filename="${file}"`,
        "cache-control": "no-store",
        "x-request-id": requestId,
      },
    });
  } catch (error) {
    return errorResponse(error, requestId);
  }
}
