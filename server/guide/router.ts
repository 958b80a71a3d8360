import { publicProcedure, router, signedInProcedure } from "@/server/trpc";
import { closeGuide } from "./close";
import { markGuide } from "./mark";
import { getGuide } from "./queries";

import { CloseGuideInput, MarkGuideInput } from "./schemas";

export const guideRouter = router({
  get: publicProcedure.query(({ ctx }) => getGuide(ctx)),
  mark: signedInProcedure.input(MarkGuideInput).mutation(({ ctx, input }) => markGuide(ctx, input)),
  close: signedInProcedure.input(CloseGuideInput).mutation(({ ctx, input }) => closeGuide(ctx, input)),
});
