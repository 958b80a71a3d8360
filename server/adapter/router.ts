import { publicProcedure, router } from "@/server/trpc";
import { findAdapterOfRun, getAdapter, listAdapters } from "./queries";
import { recheckAdapter } from "./recheck";
import { AdapterId, ListAdaptersInput, RunIdInput } from "./schemas";

export const adapterRouter = router({
  list: publicProcedure.input(ListAdaptersInput).query(({ ctx, input }) => listAdapters(ctx, input)),
  get: publicProcedure.input(AdapterId).query(({ ctx, input }) => getAdapter(ctx, input.adapterId)),
  ofRun: publicProcedure.input(RunIdInput).query(({ ctx, input }) => findAdapterOfRun(ctx, input.runId)),
  recheck: publicProcedure.input(AdapterId).mutation(({ ctx, input }) => recheckAdapter(ctx, input)),
});
