import { z } from "zod";

/** Messages a person may send within a minute, and answers they may have under way at once. */
export const CHAT_RATE = { name: "chat.answer", limit: 20, windowMs: 60_000 } as const;
export const ANSWERS_AT_ONCE = 2;
export const ANSWER_TOKENS = 256;
export const MESSAGE_CHARS = 4_000;
const MOST_TURNS = 21;

const content = (max: number) => z.string().max(max, `Keep it under ${max.toLocaleString("en")} characters`);

/** Earlier messages of the talk, oldest first, and the new one last. */
export const ChatInput = z.strictObject({
  messages: z
    .array(z.strictObject({ role: z.enum(["user", "assistant"]), content: content(20_000) }))
    .min(1, "Write a message first")
    .max(MOST_TURNS, "This talk is too long; start a new one")
    .refine(
      (turns) => {
        const last = turns.at(-1);
        return last?.role === "user" && last.content.trim() !== "" && last.content.length <= MESSAGE_CHARS;
      },
      `The last message must be yours, not empty, and of at most ${MESSAGE_CHARS.toLocaleString("en")} characters`,
    ),
});
export type ChatInput = z.output<typeof ChatInput>;

/** What the stream of an answer holds, in order; it ends with `end` or `error`. */
export type AnswerEvent =
  | { type: "start" }
  | { type: "text"; text: string }
  | { type: "end"; tokens: number; reason: "stop" | "length"; firstMs: number; totalMs: number };

export const ChatOptionsInput = z.strictObject({ adapterId: z.uuid("This is not an adapter id") });

export const NearestRowsInput = z.strictObject({
  adapterId: z.uuid("This is not an adapter id"),
  prompt: z.string().min(1).max(MESSAGE_CHARS),
  answer: z.string().max(20_000),
});
