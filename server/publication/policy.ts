import { eq } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { adapters } from "@/db/schema";
import { requireAccess } from "@/server/access/require";
import type { Actor } from "@/server/context";
import { AppError, notFound } from "@/server/errors";

/** Publishing makes the creator's token: only the builder who trained the adapter may do it. */
export async function requireBuilder(db: DatabaseOrTransaction, actor: Actor, adapterId: string) {
  await requireAccess(db, actor, "adapter.publish", "adapter", adapterId);
  const [adapter] = await db.select().from(adapters).where(eq(adapters.id, adapterId));
  if (!adapter) throw notFound("adapter");
  if (adapter.origin === "imported") {
    throw new AppError(
      "CONFLICT",
      "MADE_ELSEWHERE",
      "This adapter was made elsewhere, so nothing is known of its training data and nobody could be credited.",
      "Its page, its verdict and its downloads stay. To publish, train a run of your own.",
    );
  }
  return adapter;
}
