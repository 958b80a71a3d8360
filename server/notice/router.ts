import { publicProcedure, router, signedInProcedure } from "@/server/trpc";
import { listNotices, unreadNotices } from "./queries";
import { readNotices } from "./read";
import { ListNoticesInput, ReadNoticesInput } from "./schemas";

export const noticeRouter = router({
  list: signedInProcedure.input(ListNoticesInput).query(({ ctx, input }) => listNotices(ctx, input)),
  unread: publicProcedure.query(({ ctx }) => unreadNotices(ctx)),
  read: signedInProcedure.input(ReadNoticesInput).mutation(({ ctx, input }) => readNotices(ctx, input)),
});
