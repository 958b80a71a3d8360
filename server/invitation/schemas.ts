import { z } from "zod";
import { INVITED_ROLES } from "@/db/schema/datanet.constants";

export const MOST_USES = 1_000;
export const MOST_DAYS = 90;
/** Wrong tokens are dear for whoever guesses, and a page that is reloaded asks again. */
export const INVITATION_RATE = { name: "invitation", limit: 30, windowMs: 60_000 } as const;

export const CreateInvitationInput = z.strictObject({
  datanetId: z.uuid("This is not a Datanet id"),
  role: z.enum(INVITED_ROLES, "Choose what they may do"),
  /** How many people may join with it. */
  uses: z
    .int("Use a whole number")
    .min(1, "Use 1 or more")
    .max(MOST_USES, `Use at most ${MOST_USES.toLocaleString("en")}`),
  days: z.int("Use a whole number").min(1, "Use 1 or more").max(MOST_DAYS, `Use at most ${MOST_DAYS}`),
});
export type CreateInvitationInput = z.input<typeof CreateInvitationInput>;

export const ListInvitationsInput = z.strictObject({ datanetId: z.uuid("This is not a Datanet id") });
export const InvitationId = z.strictObject({ invitationId: z.uuid("This is not an invitation id") });
/** 256 bits, as they stand in the link. */
export const InvitationToken = z.strictObject({
  token: z.string().regex(/^[A-Za-z0-9_-]{43}$/, "This is not the link of an invitation"),
});
