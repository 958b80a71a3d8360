import { z } from "zod";
import { createContext } from "@/server/context";
import { notFound } from "@/server/errors";
import { readResults } from "@/server/evaluation/results";
import { errorResponse } from "@/server/http";

type Params = { params: Promise<{ runId: string; name: string }> };

/** A run's results as JSON: the public evaluation, general ability, and both arms as lm-evaluation-harness writes them. */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  let requestId: string = crypto.randomUUID();
  try {
    const ctx = await createContext(request, () => {});
    requestId = ctx.requestId;
    const { runId, name } = await params;
    const id = z.uuid().safeParse(runId);
    if (!id.success) throw notFound("training run");
    return new Response(await readResults(ctx, { runId: id.data, name }), {
      headers: {
        "content-type": "application/json",
        "content-disposition": `attachment; filename="${name}"`,
      },
    });
  } catch (error) {
    return errorResponse(error, requestId);
  }
}
