import { and, count, desc, eq, isNull, sql } from "drizzle-orm";
import type { z } from "zod";
import { notices } from "@/db/schema";
import type { Context } from "@/server/context";
import type { SignedInContext } from "@/server/trpc";
import { type ListNoticesInput, NOTICES_NEWEST, NOTICES_PAGE } from "./schemas";

const SHOWN = {
  id: notices.id,
  kind: notices.kind,
  subjectId: notices.subjectId,
  facts: notices.facts,
  readAt: notices.readAt,
  createdAt: notices.createdAt,
};

/** Own notices, newest first; `next` is given while there are more. */
export async function listNotices(ctx: SignedInContext, input: z.output<typeof ListNoticesInput>) {
  const found = await ctx.db
    .select(SHOWN)
    .from(notices)
    .where(
      and(
        eq(notices.accountId, ctx.actor.accountId),
        input.isUnread ? isNull(notices.readAt) : undefined,
        // By the row itself: a time read into JavaScript has lost its microseconds.
        input.cursor
          ? sql`(${notices.createdAt}, ${notices.id}) < (select c.created_at, c.id from notices c where c.id = ${input.cursor})`
          : undefined,
      ),
    )
    .orderBy(desc(notices.createdAt), desc(notices.id))
    .limit(NOTICES_PAGE + 1);
  const items = found.slice(0, NOTICES_PAGE);
  return { items, next: found.length > NOTICES_PAGE ? items.at(-1)!.id : null };
}

/** How many notices wait, and the newest of them. A visitor has none. */
export async function unreadNotices(ctx: Context) {
  if (!ctx.actor) return { unread: 0, newest: [] };
  const mine = and(eq(notices.accountId, ctx.actor.accountId), isNull(notices.readAt));
  const [total] = await ctx.db.select({ n: count() }).from(notices).where(mine);
  if (total!.n === 0) return { unread: 0, newest: [] };
  const newest = await ctx.db
    .select(SHOWN)
    .from(notices)
    .where(mine)
    .orderBy(desc(notices.createdAt), desc(notices.id))
    .limit(NOTICES_NEWEST);
  return { unread: total!.n, newest };
}
