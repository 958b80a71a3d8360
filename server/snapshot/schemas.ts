import { z } from "zod";

export const SnapshotId = z.strictObject({ snapshotId: z.uuid("This is not a version id") });
export const FreezeSnapshotInput = z.strictObject({ datanetId: z.uuid("This is not a Datanet id") });
export const ApproveSnapshotInput = z.strictObject({
  snapshotId: z.uuid("This is not a version id"),
  signature: z.string().regex(/^0x[0-9a-fA-F]{130}$/, "This is not a wallet signature"),
  /** Decimal unix seconds from getApproval: a signature over an older deadline is not kept. */
  deadline: z.string().regex(/^\d{1,20}$/, "This is not a deadline"),
});
