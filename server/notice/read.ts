import { and, eq, isNull, sql } from "drizzle-orm";
import type { z } from "zod";
import { notices } from "@/db/schema";
import type { SignedInContext } from "@/server/trpc";
import type { ReadNoticesInput } from "./schemas";

/** Marks one notice or all of them as read; another's are never touched. Not audited: it changes nothing for others. */
export async function readNotices(
  ctx: SignedInContext,
  input: z.output<typeof ReadNoticesInput>,
): Promise<{ read: number }> {
  const read = await ctx.db
    .update(notices)
    .set({ readAt: sql`now()` })
    .where(
      and(
        eq(notices.accountId, ctx.actor.accountId),
        isNull(notices.readAt),
        input.noticeId ? eq(notices.id, input.noticeId) : undefined,
      ),
    )
    .returning({ id: notices.id });
  return { read: read.length };
}
