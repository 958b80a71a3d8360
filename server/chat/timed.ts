import type { ChatRequest } from "@/server/runner/chat";
import type { ChatDeps } from "./deps";
import { toChatError, tookTooLong } from "./problems";
import type { AnswerEvent } from "./schemas";

const LONGEST_MS = 180_000;

/**
 * One answer with its times in milliseconds since it was asked for. It ends when `signal` is aborted, and by itself
 * after three minutes. Errors: those of toChatError, ANSWER_SLOW.
 */
export async function* timedAnswer(
  { chat }: Pick<ChatDeps, "chat">,
  request: ChatRequest,
  signal: AbortSignal,
  longestMs = LONGEST_MS,
): AsyncGenerator<AnswerEvent> {
  const limit = AbortSignal.timeout(longestMs);
  const began = performance.now();
  const elapsed = () => Math.round(performance.now() - began);
  let firstMs: number | null = null;
  try {
    for await (const piece of chat(request, AbortSignal.any([signal, limit]))) {
      if (piece.type === "text") firstMs ??= elapsed();
      yield piece.type === "end" ? { ...piece, firstMs: firstMs ?? elapsed(), totalMs: elapsed() } : piece;
    }
  } catch (error) {
    if (signal.aborted) return;
    throw limit.aborted ? tookTooLong(longestMs / 1000) : toChatError(error);
  }
}
