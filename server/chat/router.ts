import { webRunner } from "@/server/training-run/runner";
import { publicProcedure, router } from "@/server/trpc";
import { nearestRows } from "./nearest";
import { getChatOptions } from "./queries";
import { ChatOptionsInput, NearestRowsInput } from "./schemas";

/** Answers themselves are streams: app/api/adapters/[adapterId]/chat. */
export const chatRouter = router({
  options: publicProcedure.input(ChatOptionsInput).query(({ ctx, input }) => getChatOptions(ctx, input)),
  /** Asked apart from the options, so that a page never waits for the machine. */
  machine: publicProcedure.query(async () => ({ isAway: !(await webRunner().health()) })),
  nearest: publicProcedure.input(NearestRowsInput).query(({ ctx, input }) => nearestRows(ctx, input)),
});
