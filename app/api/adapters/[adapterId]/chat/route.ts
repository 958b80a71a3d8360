import { answerChat } from "@/server/chat/answer";
import { webChat } from "@/server/chat/deps";
import { ChatInput } from "@/server/chat/schemas";
import { createContext } from "@/server/context";
import { eventStream } from "@/server/event-stream";
import { errorResponse, readJson, refuseForeignOrigin } from "@/server/http";

const MAX_BODY_BYTES = 1_000_000;
type Params = { params: Promise<{ adapterId: string }> };

/** POST /api/adapters/{id}/chat with {messages}: the answer as server-sent events (AnswerEvent). */
export async function POST(request: Request, { params }: Params): Promise<Response> {
  const refused = refuseForeignOrigin(request);
  if (refused) return refused;
  const input = await readJson(request, ChatInput, MAX_BODY_BYTES);
  if (input instanceof Response) return input;
  const ctx = await createContext(request, () => {});
  const gone = new AbortController();
  const signal = AbortSignal.any([request.signal, gone.signal]);
  try {
    const { adapterId } = await params;
    const events = await answerChat(ctx, { ...input, adapterId }, webChat(), signal);
    return eventStream(events, ctx.requestId, () => gone.abort());
  } catch (error) {
    return errorResponse(error, ctx.requestId);
  }
}
