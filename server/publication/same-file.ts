import { and, eq, inArray, ne } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { accounts, adapters, type PublicationCheck, publications } from "@/db/schema";
import type { Facts } from "./facts";

/** The chain keeps one record per file, so a builder whose run made the bytes of a published adapter hears so here. */
export async function checkNotPublished(
  db: DatabaseOrTransaction,
  { adapter }: Pick<Facts, "adapter">,
): Promise<PublicationCheck> {
  const [other] = await db
    .select({
      id: adapters.id,
      tokenId: publications.tokenId,
      name: accounts.name,
      address: accounts.address,
    })
    .from(adapters)
    .innerJoin(publications, eq(publications.adapterId, adapters.id))
    .innerJoin(accounts, eq(accounts.id, adapters.builderId))
    .where(
      and(
        eq(adapters.sha256, adapter.sha256),
        ne(adapters.id, adapter.id),
        inArray(publications.status, ["submitted", "included", "final"]),
      ),
    );
  const name = "New to the chain";
  if (!other) return { name, ok: true, detail: "No other adapter here is published with these very bytes." };
  const who = other.name || `${other.address.slice(0, 6)}…${other.address.slice(-4)}`;
  const number = other.tokenId === null ? "" : ` as adapter number ${other.tokenId}`;
  return {
    name,
    ok: false,
    detail: `The same data, settings and seed made the very same file before, and ${who} has published it${number}. The chain keeps one record per file; change the seed, the settings or the data to publish one of your own.`,
  };
}
