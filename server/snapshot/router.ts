import { publicProcedure, router, signedInProcedure } from "@/server/trpc";
import { approveSnapshot } from "./approve";
import { freezeSnapshot } from "./freeze";
import { getApproval } from "./get-approval";
import { prepareCommit } from "./prepare-commit";
import { getFreezePlan, getSnapshot, listSnapshots } from "./queries";
import { resumeSnapshot } from "./resume";
import { ApproveSnapshotInput, FreezeSnapshotInput, SnapshotId } from "./schemas";

export const snapshotRouter = router({
  plan: publicProcedure
    .input(FreezeSnapshotInput)
    .query(({ ctx, input }) => getFreezePlan(ctx, input.datanetId)),
  listForDatanet: publicProcedure
    .input(FreezeSnapshotInput)
    .query(({ ctx, input }) => listSnapshots(ctx, input.datanetId)),
  get: publicProcedure.input(SnapshotId).query(({ ctx, input }) => getSnapshot(ctx, input.snapshotId)),
  freeze: signedInProcedure
    .input(FreezeSnapshotInput)
    .mutation(({ ctx, input }) => freezeSnapshot(ctx, input)),
  /** Typed data for a validator's wallet: a mutation because it is asked for by a press, never prefetched. */
  getApproval: signedInProcedure.input(SnapshotId).mutation(({ ctx, input }) => getApproval(ctx, input)),
  approve: signedInProcedure
    .input(ApproveSnapshotInput)
    .mutation(({ ctx, input }) => approveSnapshot(ctx, input)),
  prepareCommit: signedInProcedure.input(SnapshotId).mutation(({ ctx, input }) => prepareCommit(ctx, input)),
  resume: signedInProcedure.input(SnapshotId).mutation(({ ctx, input }) => resumeSnapshot(ctx, input)),
});
