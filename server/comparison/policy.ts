import { and, eq } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { comparisons } from "@/db/schema";
import type { Actor } from "@/server/context";
import { notFound } from "@/server/errors";

export type ComparisonRow = typeof comparisons.$inferSelect;

/** A comparison is its asker's alone; locked until the transaction ends. Error: NOT_FOUND. */
export async function lockOwnComparison(
  tx: DatabaseOrTransaction,
  actor: Actor,
  comparisonId: string,
): Promise<ComparisonRow> {
  const [row] = await tx
    .select()
    .from(comparisons)
    .where(and(eq(comparisons.id, comparisonId), eq(comparisons.accountId, actor.accountId)))
    .for("update");
  if (!row) throw notFound("comparison");
  return row;
}
