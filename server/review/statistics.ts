import { z } from "zod";
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
import { getReviewRules } from "./plan/rules";
import { AcceptRestInput } from "./schemas";
import { countUnsigned, getSitting } from "./sign/get-sitting";
import { getSignedCover } from "./sign/queries";
import { GetSittingInput, SignSittingInput } from "./sign/schemas";
import { signSitting } from "./sign/sign";
import { getTimeline, listRefused } from "./timeline/queries";

/** Procedures of the review router about how good rows and reviewers are. */
export const statisticsProcedures = {
  /** The Datanet's rules, and what they do to a file. */
  rules: publicProcedure
    .input(DatanetIdInput)
    .query(({ ctx, input }) => getReviewRules(ctx, input.datanetId)),
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
  /** One's own contribution from upload to version. */
  timeline: publicProcedure
    .input(AcceptRestInput)
    .query(({ ctx, input }) => getTimeline(ctx, input.contributionId)),
  refused: publicProcedure
    .input(AcceptRestInput)
    .query(({ ctx, input }) => listRefused(ctx, input.contributionId)),
  unsigned: publicProcedure
    .input(DatanetIdInput)
    .query(({ ctx, input }) => countUnsigned(ctx, input.datanetId)),
  /** Typed data for a validator's wallet: a mutation because it is asked for by a press, never prefetched. */
  getSitting: signedInProcedure.input(GetSittingInput).mutation(({ ctx, input }) => getSitting(ctx, input)),
  signSitting: signedInProcedure
    .input(SignSittingInput)
    .mutation(({ ctx, input }) => signSitting(ctx, input)),
  signedCover: publicProcedure
    .input(z.strictObject({ snapshotId: z.uuid("This is not a version id") }))
    .query(({ ctx, input }) => getSignedCover(ctx, input.snapshotId)),
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
