import { publicProcedure, router, signedInProcedure } from "@/server/trpc";
import { decideComparison } from "./decide";
import { getTally } from "./queries";
import { DecideComparisonInput, TallyInput } from "./schemas";

/** The two answers are a stream: app/api/comparisons. */
export const comparisonRouter = router({
  tally: publicProcedure.input(TallyInput).query(({ ctx, input }) => getTally(ctx, input)),
  decide: signedInProcedure
    .input(DecideComparisonInput)
    .mutation(({ ctx, input }) => decideComparison(ctx, input)),
});
