import { and, eq, inArray } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { adapters, publications } from "@/db/schema";
import { requireAccess } from "@/server/access/require";
import type { Actor } from "@/server/context";
import { AppError, notFound } from "@/server/errors";

export type AdapterRow = typeof adapters.$inferSelect;

/** An adapter that exists for this actor. Error: NOT_FOUND. */
export async function loadAdapter(
  db: DatabaseOrTransaction,
  actor: Actor | null,
  adapterId: string,
): Promise<AdapterRow> {
  await requireAccess(db, actor, "adapter.read", "adapter", adapterId);
  const [adapter] = await db.select().from(adapters).where(eq(adapters.id, adapterId));
  if (!adapter) throw notFound("adapter");
  return adapter;
}

/** Whether the chain holds the adapter's record: from then on it belongs to everybody. */
export async function isPublished(db: DatabaseOrTransaction, adapterId: string): Promise<boolean> {
  const [record] = await db
    .select({ id: publications.id })
    .from(publications)
    .where(and(eq(publications.adapterId, adapterId), inArray(publications.status, ["included", "final"])));
  return record !== undefined;
}

/** Exports of a published adapter are everybody's, made or taken; of another one its builder's alone. */
export async function requireExporter(
  db: DatabaseOrTransaction,
  actor: Actor | null,
  adapter: AdapterRow,
): Promise<void> {
  await requireAccess(db, actor, "adapter.export", "adapter", adapter.id);
}

/** Measuring an adapter made elsewhere is its importer's. */
export async function requireImporter(
  db: DatabaseOrTransaction,
  actor: Actor,
  adapter: AdapterRow,
): Promise<void> {
  await requireAccess(db, actor, "adapter.measure", "adapter", adapter.id);
  if (adapter.origin !== "imported") {
    throw new AppError(
      "CONFLICT",
      "MEASURED_ALREADY",
      "This adapter was trained here, and its run has measured it.",
      "Open its training run for the verdict.",
    );
  }
}
