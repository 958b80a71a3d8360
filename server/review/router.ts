import { publicProcedure, router, signedInProcedure } from "@/server/trpc";
import { acceptRest } from "./accept-rest";
import { claimNext } from "./claim-next";
import { decideReview } from "./decide";
import { getPlanProgress } from "./plan/queries";
import { getQueue } from "./queries";
import { AcceptRestInput, ClaimNextInput, DecideInput, QueueInput, UndoInput } from "./schemas";
import { undoReview } from "./undo";

export const reviewRouter = router({
  queue: publicProcedure.input(QueueInput).query(({ ctx, input }) => getQueue(ctx, input.datanetId)),
  plan: publicProcedure
    .input(AcceptRestInput)
    .query(({ ctx, input }) => getPlanProgress(ctx, input.contributionId)),
  claimNext: signedInProcedure.input(ClaimNextInput).mutation(({ ctx, input }) => claimNext(ctx, input)),
  decide: signedInProcedure.input(DecideInput).mutation(({ ctx, input }) => decideReview(ctx, input)),
  undo: signedInProcedure.input(UndoInput).mutation(({ ctx, input }) => undoReview(ctx, input)),
  acceptRest: signedInProcedure.input(AcceptRestInput).mutation(({ ctx, input }) => acceptRest(ctx, input)),
});
