import { z } from "zod";

/** Of each kind in one press. */
export const KNOWN_MOST = 100;

const datanetId = z.uuid("This is not a Datanet id");
const count = z.number().int().min(0).max(KNOWN_MOST, `At most ${KNOWN_MOST} at once`);

export const CreateKnownInput = z
  .strictObject({
    datanetId,
    /** Settled rows as they are. */
    right: count,
    /** The same with the answer of another row. */
    wrong: count,
  })
  .refine(({ right, wrong }) => right + wrong > 0, { message: "Choose how many to make", path: ["right"] });

const text = (most: number) => z.string().max(most, `Keep it under ${most} characters`);

export const CreateKnownByHandInput = z.strictObject({
  datanetId,
  prompt: text(20_000).trim().min(1, "Write the question"),
  answer: text(20_000).trim().min(1, "Write the answer"),
  expected: z.enum(["accept", "reject"]),
  explanation: text(1_000).trim().min(1, "Say why, for those who get it wrong"),
});
export const WithdrawKnownInput = z.strictObject({ recordId: z.uuid("This is not a row id") });
export const DatanetIdInput = z.strictObject({ datanetId });
