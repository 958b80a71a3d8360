import { publicProcedure, router, signedInProcedure } from "@/server/trpc";
import { acceptRest } from "./accept-rest";
import { claimNext } from "./claim-next";
import { decideReview } from "./decide";
import { decideMany } from "./decide-many";
import { getItemContext, getQueue } from "./queries";
import { saveDraft } from "./save-draft";
import {
  AcceptRestInput,
  ClaimNextInput,
  DecideInput,
  DecideManyInput,
  ItemContextInput,
  QueueInput,
  SaveDraftInput,
  SearchInput,
  UndoInput,
} from "./schemas";
import { searchFacets, searchQueue } from "./search";
import { statisticsProcedures } from "./statistics";
import { undoReview } from "./undo";

export const reviewRouter = router({
  queue: publicProcedure.input(QueueInput).query(({ ctx, input }) => getQueue(ctx, input.datanetId)),
  itemContext: signedInProcedure
    .input(ItemContextInput)
    .query(({ ctx, input }) => getItemContext(ctx, input)),
  search: signedInProcedure.input(SearchInput).query(({ ctx, input }) => searchQueue(ctx, input)),
  facets: signedInProcedure.input(QueueInput).query(({ ctx, input }) => searchFacets(ctx, input.datanetId)),
  ...statisticsProcedures,
  claimNext: signedInProcedure.input(ClaimNextInput).mutation(({ ctx, input }) => claimNext(ctx, input)),
  decide: signedInProcedure.input(DecideInput).mutation(async ({ ctx, input }) => {
    // What became of the row is not told while the decision can be taken back.
    const { undoMs, lesson } = await decideReview(ctx, input);
    return { undoMs, lesson };
  }),
  decideMany: signedInProcedure.input(DecideManyInput).mutation(({ ctx, input }) => decideMany(ctx, input)),
  saveDraft: signedInProcedure.input(SaveDraftInput).mutation(({ ctx, input }) => saveDraft(ctx, input)),
  undo: signedInProcedure.input(UndoInput).mutation(({ ctx, input }) => undoReview(ctx, input)),
  acceptRest: signedInProcedure.input(AcceptRestInput).mutation(({ ctx, input }) => acceptRest(ctx, input)),
});
