import { z } from "zod";
import { publicProcedure, router, signedInProcedure } from "@/server/trpc";
import { getChainConfig, getTransaction, listTransactionsOf } from "./queries";
import { SubmittedInput, TransactionInput } from "./schemas";
import { recordSubmitted } from "./submitted";

export const chainRouter = router({
  config: publicProcedure.query(() => getChainConfig()),
  submitted: signedInProcedure
    .input(SubmittedInput)
    .mutation(({ ctx, input }) => recordSubmitted(ctx, input)),
  transaction: publicProcedure
    .input(TransactionInput)
    .query(({ ctx, input }) => getTransaction(ctx, input.hash)),
  transactionsOf: publicProcedure
    .input(z.strictObject({ subjectId: z.uuid() }))
    .query(({ ctx, input }) => listTransactionsOf(ctx, input.subjectId)),
});
