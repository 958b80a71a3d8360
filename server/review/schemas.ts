import { z } from "zod";
import { DECISIONS, REJECT_REASONS } from "@/db/schema/review.constants";

/** How long a validator may take back their last decision. */
export const UNDO_WINDOW_MS = 10_000;

export const QueueInput = z.strictObject({ datanetId: z.uuid("This is not a Datanet id") });
export const ClaimNextInput = z.strictObject({
  datanetId: z.uuid("This is not a Datanet id"),
  /** The row that the validator passes over: it goes back to the others and comes last for them. */
  skipRecordId: z.uuid("This is not a row id").optional(),
});

export const DecideInput = z
  .strictObject({
    recordId: z.uuid("This is not a row id"),
    decision: z.enum(DECISIONS),
    reason: z.enum(REJECT_REASONS).optional(),
    note: z.string().trim().max(500, "Keep the note under 500 characters").optional(),
  })
  .refine((input) => (input.decision === "reject") === (input.reason !== undefined), {
    path: ["reason"],
    message: "A rejection needs a reason, an acceptance has none",
  });
export type DecideInput = z.input<typeof DecideInput>;

export const UndoInput = z.strictObject({ datanetId: z.uuid("This is not a Datanet id") });
export const AcceptRestInput = z.strictObject({ contributionId: z.uuid("This is not a contribution id") });

/** What each reason says on the screen, in the order of its key (1-6). */
export const REJECT_REASON_WORDS: Record<(typeof REJECT_REASONS)[number], string> = {
  wrong_answer: "The answer is wrong",
  unclear: "The question or answer is unclear",
  off_topic: "Not what this Datanet is about",
  duplicate: "The same example is already here",
  unsafe: "Private, harmful or not allowed",
  other: "Another reason",
};
