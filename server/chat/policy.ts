import { eq } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { adapters, publications, trainingRuns } from "@/db/schema";
import { requireAccess } from "@/server/access/require";
import type { Actor } from "@/server/context";
import { notFound } from "@/server/errors";

export type TriedAdapter = {
  adapter: typeof adapters.$inferSelect;
  /** Null for one made elsewhere that was not measured here. */
  run: typeof trainingRuns.$inferSelect | null;
  isPublished: boolean;
  isBuilder: boolean;
};

/** A published adapter may be asked by anyone, visitors too; one that is not, by its builder alone. */
export const mayTry = ({ isPublished, isBuilder }: Pick<TriedAdapter, "isPublished" | "isBuilder">) =>
  isPublished || isBuilder;

/** The adapter with what is known of the asker. Error: NOT_FOUND. */
export async function loadTried(
  db: DatabaseOrTransaction,
  actor: Actor | null,
  adapterId: string,
): Promise<TriedAdapter> {
  const [row] = await db
    .select({ adapter: adapters, run: trainingRuns, publication: publications.status })
    .from(adapters)
    .leftJoin(trainingRuns, eq(trainingRuns.id, adapters.runId))
    .leftJoin(publications, eq(publications.adapterId, adapters.id))
    .where(eq(adapters.id, adapterId));
  if (!row) throw notFound("adapter");
  await requireAccess(db, actor, "adapter.read", "adapter", adapterId);
  return {
    adapter: row.adapter,
    run: row.run,
    isPublished: row.publication === "included" || row.publication === "final",
    isBuilder: actor?.accountId === row.adapter.builderId,
  };
}

/** Errors: NOT_FOUND, NOT_PUBLISHED (403). */
export async function requireTryable(
  db: DatabaseOrTransaction,
  actor: Actor | null,
  adapterId: string,
): Promise<TriedAdapter> {
  await requireAccess(db, actor, "adapter.try", "adapter", adapterId);
  return loadTried(db, actor, adapterId);
}
