import { and, eq, ne, sql } from "drizzle-orm";
import type { Database } from "@/db/client";
import { contributions } from "@/db/schema";
import { requestEmbedding } from "./request";
import { embeddingState, isInDatanet } from "./state";
import type { VectorFolder } from "./vector-folder";

const EVERY_MS = 10 * 60_000;

/**
 * At the start and every ten minutes: rows that were there before embeddings were, contributions whose vectors are gone
 * (a restored backup has none), and those that found no model are asked for again.
 */
export function embeddingStarter(deps: { db: Database; vectors: VectorFolder }): () => Promise<void> {
  let next = 0;
  return async () => {
    if (performance.now() < next) return;
    await askForMissing(deps);
    next = performance.now() + EVERY_MS;
  };
}

export async function askForMissing({
  db,
  vectors,
}: {
  db: Database;
  vectors: VectorFolder;
}): Promise<number> {
  const done = await db
    .select({ id: contributions.id, datanetId: contributions.datanetId })
    .from(contributions)
    .where(
      and(
        isInDatanet,
        eq(embeddingState, "done"),
        sql`(${contributions.health} #>> '{embedding,rows}')::int > 0`,
      ),
    );
  const missing: typeof done = [];
  for (const row of done) if (!(await vectors.has(row.id))) missing.push(row);
  const waits = sql`exists (
    select 1 from pgboss.job where name = 'contribution.embed' and state in ('created', 'retry', 'active')
      and data ->> 'datanetId' = ${contributions.datanetId}::text)`;
  const open = await db
    .selectDistinctOn([contributions.datanetId], {
      id: contributions.id,
      datanetId: contributions.datanetId,
    })
    .from(contributions)
    .where(and(isInDatanet, ne(embeddingState, "done"), sql`not ${waits}`));
  const asked = [...missing, ...open];
  for (const { id: contributionId, datanetId } of asked)
    await db.transaction((tx) => requestEmbedding(tx, { datanetId, contributionId }));
  return asked.length;
}
