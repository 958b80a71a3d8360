import { z } from "zod";

export const StartPublicationInput = z.strictObject({
  adapterId: z.uuid(),
  name: z.string().trim().min(3, "Use at least 3 characters").max(80, "Use at most 80 characters"),
});
export const PublicationId = z.strictObject({ publicationId: z.uuid() });
export const AdapterIdInput = z.strictObject({ adapterId: z.uuid("This is not an adapter id") });
