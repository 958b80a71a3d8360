import { and, eq, ne } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { adapters, publications } from "@/db/schema";

export type PublishedEvent = { tokenId: bigint; artifactHash: string; txHash: string };

/** Called from the chain's Published event, once when included and once when final; doing it twice is doing it once. */
export async function markPublished(
  tx: Transaction,
  event: PublishedEvent,
  state: "included" | "final",
): Promise<void> {
  const [adapter] = await tx
    .select({ id: adapters.id })
    .from(adapters)
    .where(eq(adapters.sha256, event.artifactHash));
  if (!adapter) return;
  await tx
    .update(publications)
    .set({
      status: state,
      tokenId: event.tokenId,
      txHash: event.txHash,
      finalAt: state === "final" ? new Date() : undefined,
    })
    .where(and(eq(publications.adapterId, adapter.id), ne(publications.status, "final")));
}
