import { eq, type SQL, sql } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { contributions } from "@/db/schema";
import type { EmbeddingState } from "./words";

/** Its own key only: the rest of the report belongs to the reading of the file. */
export const withEmbedding = (state: EmbeddingState): SQL =>
  sql`coalesce(${contributions.health}, '{}'::jsonb) || jsonb_build_object('embedding', ${JSON.stringify(state)}::jsonb)`;

export async function setEmbedding(
  db: DatabaseOrTransaction,
  contributionId: string,
  state: EmbeddingState,
): Promise<void> {
  await db
    .update(contributions)
    .set({ health: withEmbedding(state) })
    .where(eq(contributions.id, contributionId));
}

export const embeddingState = sql<string>`coalesce(${contributions.health} #>> '{embedding,state}', 'pending')`;
/** What a file holds is the Datanet's from here on; before, it is its contributor's alone. */
export const isInDatanet = sql`${contributions.status} in ('submitted', 'reviewed')`;
/** The order in which rows came to the Datanet: each is compared with those before it. */
export const arrivedAt = sql`coalesce(${contributions.submittedAt}, ${contributions.createdAt})`;
export const arrival = sql`${arrivedAt}, ${contributions.id}`;
