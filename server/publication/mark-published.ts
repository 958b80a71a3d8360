import { and, eq, ne } from "drizzle-orm";
import type { Transaction } from "@/db/client";
import { accounts, adapters, publications } from "@/db/schema";
import { tell } from "@/server/notice/tell";

export type PublishedEvent = { tokenId: bigint; creator: string; artifactHash: string; txHash: string };

/** Called from the chain's Published event, once when included and once when final; doing it twice is doing it once. */
export async function markPublished(
  tx: Transaction,
  event: PublishedEvent,
  state: "included" | "final",
): Promise<void> {
  const [adapter] = await tx
    .select({ id: adapters.id, builderId: adapters.builderId, name: adapters.name })
    .from(adapters)
    .innerJoin(accounts, eq(accounts.id, adapters.builderId))
    // Two builders may have made the same file: the record is its creator's.
    .where(and(eq(adapters.sha256, event.artifactHash), eq(accounts.address, event.creator.toLowerCase())));
  if (!adapter) return;
  const moved = await tx
    .update(publications)
    .set({
      status: state,
      tokenId: event.tokenId,
      txHash: event.txHash,
      finalAt: state === "final" ? new Date() : undefined,
    })
    .where(and(eq(publications.adapterId, adapter.id), ne(publications.status, "final")))
    .returning({ id: publications.id });
  if (state !== "final" || moved.length === 0) return;
  const { id: subjectId, builderId: accountId, name } = adapter;
  await tell(tx, { accountId, kind: "adapter.final", subjectId, facts: { name } });
}
