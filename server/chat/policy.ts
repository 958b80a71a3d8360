import { eq } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { adapters, publications, trainingRuns } from "@/db/schema";
import type { Actor } from "@/server/context";
import { AppError, notFound } from "@/server/errors";

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
  const tried = await loadTried(db, actor, adapterId);
  if (mayTry(tried)) return tried;
  throw new AppError(
    "FORBIDDEN",
    "NOT_PUBLISHED",
    "This adapter is not published, so only the person who trained it or brought it in may talk to it.",
    actor ? "Ask its builder to publish it." : "Sign in if it is yours, or ask its builder to publish it.",
  );
}
