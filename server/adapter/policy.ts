import { and, eq, inArray } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { adapters, publications } from "@/db/schema";
import type { Actor } from "@/server/context";
import { AppError, notFound } from "@/server/errors";

export type AdapterRow = typeof adapters.$inferSelect;

export async function loadAdapter(db: DatabaseOrTransaction, adapterId: string): Promise<AdapterRow> {
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
export async function mayExport(
  db: DatabaseOrTransaction,
  actor: Actor | null,
  adapter: AdapterRow,
): Promise<boolean> {
  return actor?.accountId === adapter.builderId || (await isPublished(db, adapter.id));
}

export async function requireExporter(
  db: DatabaseOrTransaction,
  actor: Actor | null,
  adapter: AdapterRow,
): Promise<void> {
  if (await mayExport(db, actor, adapter)) return;
  throw new AppError(
    "FORBIDDEN",
    "NOT_PUBLISHED",
    "Only its builder may make and take exports of an adapter that is not published.",
    "Ask the builder to publish it, or take the adapter itself from this page.",
  );
}

/** Measuring an adapter made elsewhere is its importer's. */
export function requireImporter(actor: Actor, adapter: AdapterRow): void {
  if (adapter.builderId !== actor.accountId) {
    throw new AppError(
      "FORBIDDEN",
      "NOT_BUILDER",
      "Only the person who brought this adapter in may measure it.",
      "Bring in your own copy of the file; it is measured the same way.",
    );
  }
  if (adapter.origin !== "imported") {
    throw new AppError(
      "CONFLICT",
      "MEASURED_ALREADY",
      "This adapter was trained here, and its run has measured it.",
      "Open its training run for the verdict.",
    );
  }
}
