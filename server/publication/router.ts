import { publicProcedure, router, signedInProcedure } from "@/server/trpc";
import { preparePublish } from "./prepare-publish";
import { getPublication } from "./queries";
import { AdapterIdInput, PublicationId, StartPublicationInput } from "./schemas";
import { startPublication } from "./start";

export const publicationRouter = router({
  ofAdapter: publicProcedure
    .input(AdapterIdInput)
    .query(({ ctx, input }) => getPublication(ctx, input.adapterId)),
  start: signedInProcedure
    .input(StartPublicationInput)
    .mutation(({ ctx, input }) => startPublication(ctx, input)),
  prepare: signedInProcedure.input(PublicationId).mutation(({ ctx, input }) => preparePublish(ctx, input)),
});
