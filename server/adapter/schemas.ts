import { z } from "zod";

export const ListAdaptersInput = z.strictObject({
  datanetId: z.uuid().optional(),
  limit: z.int().min(1).max(100).default(50),
  offset: z.int().min(0).max(100_000).default(0),
});
export const AdapterId = z.strictObject({ adapterId: z.uuid("This is not an adapter id") });
export const RunIdInput = z.strictObject({ runId: z.uuid("This is not a run id") });
