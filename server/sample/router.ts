import { publicProcedure, router } from "@/server/trpc";
import { listSamples } from "./queries";

export const sampleRouter = router({
  list: publicProcedure.query(({ ctx }) => listSamples(ctx)),
});
