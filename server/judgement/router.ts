import { publicProcedure, router, signedInProcedure } from "@/server/trpc";
import { claimJudgement } from "./claim";
import { decideJudgement } from "./decide";
import { getJudging } from "./queries";
import { DecideJudgementInput, JudgingInput } from "./schemas";

export const judgementRouter = router({
  get: publicProcedure.input(JudgingInput).query(({ ctx, input }) => getJudging(ctx, input)),
  claim: signedInProcedure.input(JudgingInput).mutation(({ ctx, input }) => claimJudgement(ctx, input)),
  decide: signedInProcedure
    .input(DecideJudgementInput)
    .mutation(({ ctx, input }) => decideJudgement(ctx, input)),
});
