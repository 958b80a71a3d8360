import { publicProcedure, router, signedInProcedure } from "@/server/trpc";
import { acceptRest } from "./accept-rest";
import { claimNext } from "./claim-next";
import { decideReview } from "./decide";
import { getQueue } from "./queries";
import { AcceptRestInput, ClaimNextInput, DecideInput, QueueInput, UndoInput } from "./schemas";
import { statisticsProcedures } from "./statistics";
import { undoReview } from "./undo";

export const reviewRouter = router({
  queue: publicProcedure.input(QueueInput).query(({ ctx, input }) => getQueue(ctx, input.datanetId)),
  ...statisticsProcedures,
  claimNext: signedInProcedure.input(ClaimNextInput).mutation(({ ctx, input }) => claimNext(ctx, input)),
  decide: signedInProcedure.input(DecideInput).mutation(({ ctx, input }) => decideReview(ctx, input)),
  undo: signedInProcedure.input(UndoInput).mutation(({ ctx, input }) => undoReview(ctx, input)),
  acceptRest: signedInProcedure.input(AcceptRestInput).mutation(({ ctx, input }) => acceptRest(ctx, input)),
});
