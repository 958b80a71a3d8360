import { sql } from "drizzle-orm";
import type { z } from "zod";
import { guides } from "@/db/schema";
import type { SignedInContext } from "@/server/trpc";
import type { GuideMark, MarkGuideInput } from "./schemas";

const COLUMN = { looked: "lookedAt", read: "readAt", checked: "checkedAt" } as const satisfies Record<
  GuideMark,
  keyof typeof guides.$inferSelect
>;

/** Notes that a step was taken; the first time counts. Not audited: it changes nothing for others. */
export async function markGuide(
  ctx: SignedInContext,
  { mark }: z.output<typeof MarkGuideInput>,
): Promise<void> {
  const column = COLUMN[mark];
  await ctx.db
    .insert(guides)
    .values({ accountId: ctx.actor.accountId, [column]: sql`now()` })
    .onConflictDoUpdate({
      target: guides.accountId,
      set: { [column]: sql`coalesce(${guides[column]}, now())` },
    });
}
