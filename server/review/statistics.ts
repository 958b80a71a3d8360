import { publicProcedure, signedInProcedure } from "@/server/trpc";
import { createKnown } from "./known/create";
import { createKnownByHand } from "./known/create-by-hand";
import { getStanding, listKnown } from "./known/queries";
import {
  CreateKnownByHandInput,
  CreateKnownInput,
  DatanetIdInput,
  WithdrawKnownInput,
} from "./known/schemas";
import { withdrawKnown } from "./known/withdraw";
import { getKnownRate, listReviewers } from "./measure/queries";
import { getPlanProgress } from "./plan/queries";
import { AcceptRestInput } from "./schemas";

/** Procedures of the review router about how good rows and reviewers are. */
export const statisticsProcedures = {
  plan: publicProcedure
    .input(AcceptRestInput)
    .query(({ ctx, input }) => getPlanProgress(ctx, input.contributionId)),
  standing: publicProcedure
    .input(DatanetIdInput)
    .query(({ ctx, input }) => getStanding(ctx, input.datanetId)),
  /** Share of bad rows among the accepted ones, with its interval. */
  knownRate: publicProcedure
    .input(DatanetIdInput)
    .query(({ ctx, input }) => getKnownRate(ctx, input.datanetId)),
  reviewers: signedInProcedure
    .input(DatanetIdInput)
    .query(({ ctx, input }) => listReviewers(ctx, input.datanetId)),
  known: signedInProcedure.input(DatanetIdInput).query(({ ctx, input }) => listKnown(ctx, input.datanetId)),
  createKnown: signedInProcedure
    .input(CreateKnownInput)
    .mutation(({ ctx, input }) => createKnown(ctx, input)),
  createKnownByHand: signedInProcedure
    .input(CreateKnownByHandInput)
    .mutation(({ ctx, input }) => createKnownByHand(ctx, input)),
  withdrawKnown: signedInProcedure
    .input(WithdrawKnownInput)
    .mutation(({ ctx, input }) => withdrawKnown(ctx, input)),
};
