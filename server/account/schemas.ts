import { z } from "zod";

export const SignInInput = z.strictObject({
  message: z.string().min(1).max(2_000),
  signature: z.string().min(4).max(16_500),
});
export const SetNameInput = z.strictObject({
  name: z.string().trim().min(2, "Use at least 2 characters").max(40, "Use at most 40 characters"),
});
export const RevokeSessionInput = z.strictObject({ sessionId: z.string().regex(/^[0-9a-f]{16}$/) });
