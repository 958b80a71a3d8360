import type { z } from "zod";
import { guides } from "@/db/schema";
import type { SignedInContext } from "@/server/trpc";
import type { CloseGuideInput } from "./schemas";

/** Puts the guide away, or takes it out again. */
export async function closeGuide(
  ctx: SignedInContext,
  { isClosed }: z.output<typeof CloseGuideInput>,
): Promise<void> {
  await ctx.db
    .insert(guides)
    .values({ accountId: ctx.actor.accountId, isClosed })
    .onConflictDoUpdate({ target: guides.accountId, set: { isClosed } });
}
