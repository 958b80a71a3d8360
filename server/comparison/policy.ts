import { eq } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { comparisons } from "@/db/schema";
import { requireAccess } from "@/server/access/require";
import type { Actor } from "@/server/context";
import { notFound } from "@/server/errors";

export type ComparisonRow = typeof comparisons.$inferSelect;

/** A comparison is its asker's alone; locked until the transaction ends. Error: NOT_FOUND. */
export async function lockOwnComparison(
  tx: DatabaseOrTransaction,
  actor: Actor,
  comparisonId: string,
): Promise<ComparisonRow> {
  await requireAccess(tx, actor, "comparison.decide", "comparison", comparisonId);
  const [row] = await tx.select().from(comparisons).where(eq(comparisons.id, comparisonId)).for("update");
  if (!row) throw notFound("comparison");
  return row;
}
