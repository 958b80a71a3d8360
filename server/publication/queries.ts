import { eq } from "drizzle-orm";
import { adapterCards, publications } from "@/db/schema";
import { requireReadableAdapter } from "@/server/access/require";
import type { Context } from "@/server/context";

/** State of the gate and of the record of one adapter; null before publishing was started. Error: NOT_FOUND. */
export async function getPublication(ctx: Context, adapterId: string) {
  await requireReadableAdapter(ctx, adapterId);
  const [row] = await ctx.db
    .select({ publication: publications, cardSha256: adapterCards.sha256, card: adapterCards.card })
    .from(publications)
    .leftJoin(adapterCards, eq(adapterCards.adapterId, publications.adapterId))
    .where(eq(publications.adapterId, adapterId));
  if (!row) return null;
  const { id, status, checks, tokenId, txHash, finalAt, createdAt } = row.publication;
  return {
    id,
    status,
    checks,
    tokenId,
    txHash,
    finalAt,
    createdAt,
    cardSha256: row.cardSha256,
    card: row.card,
  };
}
