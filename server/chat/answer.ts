import type { Context } from "@/server/context";
import { requireRate } from "@/server/rate-limit";
import { whileHeld } from "./at-once";
import type { ChatDeps } from "./deps";
import { readyModel } from "./model";
import { requireTryable } from "./policy";
import { ANSWER_TOKENS, type AnswerEvent, CHAT_RATE, type ChatInput } from "./schemas";
import { timedAnswer } from "./timed";

/**
 * The adapter's answer, as it is written. Nothing of it is stored. A refusal is thrown before the first event, so that
 * it still has its status. Errors: NOT_FOUND, NOT_PUBLISHED (403), RATE_LIMITED and ANSWERS_AT_ONCE (429), those of
 * toChatError.
 */
export async function answerChat(
  ctx: Context,
  input: ChatInput & { adapterId: string },
  deps: ChatDeps,
  signal: AbortSignal,
): Promise<AsyncGenerator<AnswerEvent>> {
  const tried = await requireTryable(ctx.db, ctx.actor, input.adapterId);
  requireRate(ctx, CHAT_RATE);
  return whileHeld(ctx, signal, async () => {
    const { model } = await readyModel(ctx, deps.runner, tried);
    return timedAnswer(deps, { model, messages: input.messages, maxTokens: ANSWER_TOKENS }, signal);
  });
}
