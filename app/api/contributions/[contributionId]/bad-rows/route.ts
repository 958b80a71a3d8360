import { z } from "zod";
import { createContext } from "@/server/context";
import { exportBadRows } from "@/server/contribution/bad-rows";
import { notFound } from "@/server/errors";
import { errorResponse } from "@/server/http";

type Params = { params: Promise<{ contributionId: string }> };

/** The set-aside rows as CSV, streamed: a file may have a million of them. */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  let requestId: string = crypto.randomUUID();
  try {
    const ctx = await createContext(request, () => {});
    requestId = ctx.requestId;
    const id = z.uuid().safeParse((await params).contributionId);
    if (!id.success) throw notFound("contribution");
    const { fileName, lines } = await exportBadRows(ctx, id.data);
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const next = await lines.next();
        if (next.done) controller.close();
        else controller.enqueue(encoder.encode(next.value));
      },
      cancel: () => lines.return(undefined).then(() => {}),
    });
    return new Response(body, {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="bad-rows.csv"; filename*=UTF-8''${encodeURIComponent(fileName)}`,
        "cache-control": "no-store",
        "x-request-id": requestId,
      },
    });
  } catch (error) {
    return errorResponse(error, requestId);
  }
}
