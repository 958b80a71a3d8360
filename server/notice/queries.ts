import { and, count, desc, eq, isNull, sql } from "drizzle-orm";
import type { z } from "zod";
import { notices } from "@/db/schema";
import { isReadableDatanet, isReadableRun } from "@/server/access/visible";
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

/** Own notices of what one may still read, newest first; `next` is given while there are more. */
export async function listNotices(ctx: SignedInContext, input: z.output<typeof ListNoticesInput>) {
  const found = await ctx.db
    .select(SHOWN)
    .from(notices)
    .where(
      and(
        eq(notices.accountId, ctx.actor.accountId),
        isOfReadable(ctx),
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
  const mine = and(eq(notices.accountId, ctx.actor.accountId), isNull(notices.readAt), isOfReadable(ctx));
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

/** Its words name what it leads to, so it goes with the access to that. */
function isOfReadable({ actor }: Context) {
  const subject = sql`"notices"."subject_id"`;
  const datanet = sql`(select t.datanet_id from tasks t where t.id = ${subject}
    union all select c.datanet_id from contributions c where c.id = ${subject})`;
  return sql`(${isReadableRun(actor, subject)} and (${datanet} is null or ${isReadableDatanet(actor, datanet)}))`;
}
