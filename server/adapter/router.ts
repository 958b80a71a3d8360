import { publicProcedure, router, signedInProcedure } from "@/server/trpc";
import { listImportBases } from "./import-bases";
import { listMeasurable } from "./measurable";
import { findAdapterOfRun, getAdapter, listAdapters } from "./queries";
import { recheckAdapter } from "./recheck";
import { AdapterId, ExportInput, ListAdaptersInput, RunIdInput } from "./schemas";
import { startExport } from "./start-export";
import { getTakeState } from "./take-state";

export const adapterRouter = router({
  list: publicProcedure.input(ListAdaptersInput).query(({ ctx, input }) => listAdapters(ctx, input)),
  get: publicProcedure.input(AdapterId).query(({ ctx, input }) => getAdapter(ctx, input.adapterId)),
  ofRun: publicProcedure.input(RunIdInput).query(({ ctx, input }) => findAdapterOfRun(ctx, input.runId)),
  take: publicProcedure.input(AdapterId).query(({ ctx, input }) => getTakeState(ctx, input.adapterId)),
  importBases: signedInProcedure.query(() => listImportBases()),
  measurable: signedInProcedure.query(({ ctx }) => listMeasurable(ctx)),
  startExport: signedInProcedure.input(ExportInput).mutation(({ ctx, input }) => startExport(ctx, input)),
  recheck: publicProcedure.input(AdapterId).mutation(({ ctx, input }) => recheckAdapter(ctx, input)),
});
