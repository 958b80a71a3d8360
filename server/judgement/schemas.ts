import { z } from "zod";

export const JUDGEMENT_RATE = { name: "judgement.decide", limit: 120, windowMs: 60_000 } as const;

export const JudgingInput = z.strictObject({ runId: z.uuid("This is not a run id") });

/** What a person says without knowing whose answer is whose. */
export const BLIND_PREFERENCES = ["a", "b", "tie"] as const;
export type BlindPreference = (typeof BLIND_PREFERENCES)[number];
export const DecideJudgementInput = z.strictObject({
  judgementId: z.uuid("This is not a judgement id"),
  preference: z.enum(BLIND_PREFERENCES),
});
