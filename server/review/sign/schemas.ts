import { z } from "zod";

export const GetSittingInput = z.strictObject({ datanetId: z.uuid("This is not a Datanet id") });
export const SignSittingInput = z.strictObject({
  datanetId: z.uuid("This is not a Datanet id"),
  root: z.string().regex(/^[0-9a-f]{64}$/, "This is not a root"),
  /** Unix seconds in decimal, as in the message. */
  madeAt: z.string().regex(/^\d{1,12}$/, "This is not a time"),
  /** Decisions under the root, the oldest unsigned ones. */
  decisions: z.number().int().positive(),
  signature: z.string().regex(/^0x[0-9a-f]{130}$/i, "This is not a signature"),
});
