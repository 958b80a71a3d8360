import { createContext } from "@/server/context";
import { readResults } from "@/server/evaluation/results";
import { errorResponse } from "@/server/http";
import { RunId } from "@/server/training-run/schemas";

type Params = { params: Promise<{ runId: string; name: string }> };

/** A run's results as JSON: the public evaluation, general ability, and both arms as lm-evaluation-harness writes them. */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  try {
    const ctx = await createContext(request, () => {});
    const { runId, name } = await params;
    const text = await readResults(ctx, { ...RunId.parse({ runId }), name });
    return new Response(text, {
      headers: {
        "content-type": "application/json",
        "content-disposition": `attachment; filename="${name}"`,
      },
    });
  } catch (error) {
    return errorResponse(error, crypto.randomUUID());
  }
}
