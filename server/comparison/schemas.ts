import { z } from "zod";

export const COMPARISON_RATE = { name: "comparison.start", limit: 10, windowMs: 60_000 } as const;
const PROMPT_CHARS = 4_000;

export const StartComparisonInput = z.strictObject({
  adapterId: z.uuid("This is not an adapter id"),
  prompt: z
    .string()
    .trim()
    .min(1, "Write a question first")
    .max(PROMPT_CHARS, `Keep it under ${PROMPT_CHARS.toLocaleString("en")} characters`),
});

/** What a person says without knowing whose answer is whose. */
export const BLIND_VOTES = ["a", "b", "both_good", "both_bad"] as const;
export type BlindVote = (typeof BLIND_VOTES)[number];
export const DecideComparisonInput = z.strictObject({
  comparisonId: z.uuid("This is not a comparison id"),
  vote: z.enum(BLIND_VOTES),
});

export const TallyInput = z.strictObject({ adapterId: z.uuid("This is not an adapter id") });

export type Side = "a" | "b";
/** What the stream of two answers holds: `open` first, then both answers in turn, `end` once both are stored. */
export type ComparisonEvent =
  | { type: "open"; comparisonId: string }
  | { type: "text"; side: Side; text: string }
  | { type: "done"; side: Side; tokens: number }
  | { type: "end" };
