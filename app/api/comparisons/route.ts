import { webChat } from "@/server/chat/deps";
import { StartComparisonInput } from "@/server/comparison/schemas";
import { startComparison } from "@/server/comparison/start";
import { createContext } from "@/server/context";
import { eventStream } from "@/server/event-stream";
import { errorResponse, readJson, refuseForeignOrigin } from "@/server/http";
import { requireActor } from "@/server/trpc";

const MAX_BODY_BYTES = 100_000;

/** POST /api/comparisons with {adapterId, prompt}: two answers, A and B, as server-sent events (ComparisonEvent). */
export async function POST(request: Request): Promise<Response> {
  const refused = refuseForeignOrigin(request);
  if (refused) return refused;
  const input = await readJson(request, StartComparisonInput, MAX_BODY_BYTES);
  if (input instanceof Response) return input;
  const ctx = await createContext(request, () => {});
  const gone = new AbortController();
  const signal = AbortSignal.any([request.signal, gone.signal]);
  try {
    const events = await startComparison({ ...ctx, actor: requireActor(ctx) }, input, webChat(), signal);
    return eventStream(events, ctx.requestId, () => gone.abort());
  } catch (error) {
    return errorResponse(error, ctx.requestId);
  }
}
