import { eq } from "drizzle-orm";
import { accounts } from "@/db/schema";
import type { Context } from "@/server/context";

/** The signed-in account, or null for a visitor. */
export async function getMe(ctx: Context) {
  if (!ctx.actor) return null;
  const [account] = await ctx.db
    .select({
      id: accounts.id,
      address: accounts.address,
      name: accounts.name,
      createdAt: accounts.createdAt,
    })
    .from(accounts)
    .where(eq(accounts.id, ctx.actor.accountId));
  return account ?? null;
}
