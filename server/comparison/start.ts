import { randomInt } from "node:crypto";
import { and, eq, isNull } from "drizzle-orm";
import type { z } from "zod";
import { comparisons } from "@/db/schema";
import { whileHeld } from "@/server/chat/at-once";
import type { ChatDeps } from "@/server/chat/deps";
import { readyModel } from "@/server/chat/model";
import { requireTryable } from "@/server/chat/policy";
import { promptKey } from "@/server/chat/prompt-key";
import { ANSWER_TOKENS, type AnswerEvent } from "@/server/chat/schemas";
import { timedAnswer } from "@/server/chat/timed";
import { AppError } from "@/server/errors";
import { requireRate } from "@/server/rate-limit";
import type { ChatTurn } from "@/server/runner/chat";
import type { SignedInContext } from "@/server/trpc";
import type { ComparisonRow } from "./policy";
import { COMPARISON_RATE, type ComparisonEvent, type Side, type StartComparisonInput } from "./schemas";
import { sideBySide } from "./side-by-side";

/**
 * One question to the adapter and to its base alone, both told the same first. Which of them is A is drawn once and
 * kept, so asking again without a vote shows them in the same order. Both answers are stored when both have ended.
 * Errors: NOT_FOUND, NOT_PUBLISHED (403), RATE_LIMITED and ANSWERS_AT_ONCE (429), ALREADY_COMPARED (409), those of
 * toChatError.
 */
export async function startComparison(
  ctx: SignedInContext,
  input: z.output<typeof StartComparisonInput>,
  deps: ChatDeps,
  signal: AbortSignal,
): Promise<AsyncGenerator<ComparisonEvent>> {
  const tried = await requireTryable(ctx.db, ctx.actor, input.adapterId);
  requireRate(ctx, COMPARISON_RATE);
  const row = await openComparison(ctx, input);
  return whileHeld(ctx, signal, async () => {
    const { model, baseModel, instruction } = await readyModel(ctx, deps.runner, tried);
    const told: ChatTurn[] = instruction ? [{ role: "system", content: instruction }] : [];
    const messages: ChatTurn[] = [...told, { role: "user", content: row.prompt }];
    const other = new AbortController();
    const both = AbortSignal.any([signal, other.signal]);
    const answer = (of: string) => timedAnswer(deps, { model: of, messages, maxTokens: ANSWER_TOKENS }, both);
    const [a, b] = row.isTunedFirst ? [model, baseModel] : [baseModel, model];
    return stored(
      ctx,
      row,
      sideBySide({ a: answer(a), b: answer(b) }, () => other.abort()),
    );
  });
}

/** The row of this person and question, made when there is none; one that was voted on is refused. */
async function openComparison(
  ctx: SignedInContext,
  { adapterId, prompt }: z.output<typeof StartComparisonInput>,
): Promise<ComparisonRow> {
  const key = { adapterId, accountId: ctx.actor.accountId, promptSha256: promptKey(prompt) };
  await ctx.db
    .insert(comparisons)
    .values({ ...key, prompt, isTunedFirst: randomInt(2) === 1 })
    .onConflictDoNothing();
  const [row] = await ctx.db
    .select()
    .from(comparisons)
    .where(
      and(
        eq(comparisons.adapterId, key.adapterId),
        eq(comparisons.accountId, key.accountId),
        eq(comparisons.promptSha256, key.promptSha256),
      ),
    );
  if (row!.vote) throw alreadyCompared(row!.vote);
  return row!;
}

async function* stored(
  ctx: SignedInContext,
  row: ComparisonRow,
  answers: AsyncGenerator<{ side: Side; event: AnswerEvent }>,
): AsyncGenerator<ComparisonEvent> {
  const texts: Record<Side, string> = { a: "", b: "" };
  const ended = new Set<Side>();
  yield { type: "open", comparisonId: row.id };
  for await (const { side, event } of answers) {
    if (event.type === "text") {
      texts[side] += event.text;
      yield { type: "text", side, text: event.text };
    }
    if (event.type === "end") {
      ended.add(side);
      yield { type: "done", side, tokens: event.tokens };
    }
  }
  // Stopped in the middle: half an answer is nothing to vote on.
  if (ended.size < 2) return;
  const [tunedAnswer, baseAnswer] = row.isTunedFirst ? [texts.a, texts.b] : [texts.b, texts.a];
  await ctx.db
    .update(comparisons)
    .set({ tunedAnswer, baseAnswer })
    .where(and(eq(comparisons.id, row.id), isNull(comparisons.vote)));
  yield { type: "end" };
}

const PREFERRED = {
  tuned: "you preferred the adapter",
  base: "you preferred the base model",
  both_good: "you found both answers good",
  both_bad: "you found both answers bad",
} as const;

const alreadyCompared = (vote: keyof typeof PREFERRED) =>
  new AppError(
    "CONFLICT",
    "ALREADY_COMPARED",
    `You have voted on this question before: ${PREFERRED[vote]}. It counts once.`,
    "Ask something else.",
  );
