import { publicProcedure, router } from "@/server/trpc";
import { getAdapter, listAdapters } from "./queries";
import { recheckAdapter } from "./recheck";
import { AdapterId, ListAdaptersInput } from "./schemas";

export const adapterRouter = router({
  list: publicProcedure.input(ListAdaptersInput).query(({ ctx, input }) => listAdapters(ctx, input)),
  get: publicProcedure.input(AdapterId).query(({ ctx, input }) => getAdapter(ctx, input.adapterId)),
  recheck: publicProcedure.input(AdapterId).mutation(({ ctx, input }) => recheckAdapter(ctx, input)),
});
