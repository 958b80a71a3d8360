import { createHash } from "node:crypto";
import { and, asc, eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { contributions, records } from "@/db/schema";
import { MOST_DRAWN, VECTOR_BYTES } from "@/server/runner/embeddings";
import type { NearDeps } from "./neighbours";
import { arrivedAt, isInDatanet } from "./state";

/** A Datanet's map as it lies in the data folder. */
export const StoredMap = z.object({
  /** SHA-256 over the ids and vectors that were drawn: equal content is not drawn again. */
  key: z.string(),
  ids: z.array(z.uuid()),
  points: z.array(z.tuple([z.number(), z.number()])),
  explained: z.tuple([z.number(), z.number()]),
  keptNeighbours: z.number().nullable(),
});
export type StoredMap = z.output<typeof StoredMap>;

/**
 * Draws the accepted and waiting rows of a Datanet; of more than 2,000 those whose ids hash lowest, which is a random
 * sample that stays the same and favours nobody.
 */
export async function drawMap({ db, embeddings, vectors }: NearDeps, datanetId: string): Promise<void> {
  const sample = await db
    .select({ id: records.id, contributionId: records.contributionId })
    .from(records)
    .where(and(eq(records.datanetId, datanetId), inArray(records.status, ["pending", "accepted"])))
    .orderBy(sql`md5(${records.id}::text)`)
    .limit(MOST_DRAWN);
  const wanted = new Map(sample.map(({ id }, i) => [id, i]));
  const found: { id: string; at: number; row: Buffer }[] = [];
  const files = await db
    .select({ id: contributions.id })
    .from(contributions)
    .where(and(eq(contributions.datanetId, datanetId), isInDatanet))
    .orderBy(asc(arrivedAt));
  const needed = new Set(sample.map(({ contributionId }) => contributionId));
  for (const { id: contributionId } of files.filter(({ id }) => needed.has(id))) {
    const read = await vectors.read(contributionId);
    read?.ids.forEach((id, i) => {
      const at = wanted.get(id);
      // A copy, so that the whole file is not held for the few rows that are drawn.
      if (at !== undefined)
        found.push({
          id,
          at,
          row: Buffer.from(read.rows.subarray(i * VECTOR_BYTES, (i + 1) * VECTOR_BYTES)),
        });
    });
  }
  found.sort((a, b) => a.at - b.at);
  const ids = found.map(({ id }) => id);
  const rows = Buffer.concat(found.map(({ row }) => row));
  const key = createHash("sha256").update(ids.join()).update(rows).digest("hex");
  const before = StoredMap.safeParse(await vectors.readMap(datanetId));
  if (before.data?.key === key) return;
  const drawing =
    ids.length === 0
      ? { points: [], explained: [0, 0] as [number, number], keptNeighbours: null }
      : await embeddings.draw(await embeddings.keep(rows));
  await vectors.writeMap(datanetId, { key, ids, ...drawing } satisfies StoredMap);
}
