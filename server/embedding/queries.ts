import { and, eq, inArray, sql } from "drizzle-orm";
import type { Database } from "@/db/client";
import { accounts, contributions, datanets, records } from "@/db/schema";
import type { Context } from "@/server/context";
import { StoredMap } from "./draw-map";
import { embeddingState, isInDatanet } from "./state";
import { VectorFolder } from "./vector-folder";

/** A text on the map is there to recognise a row by, not to be read whole. */
const SHOWN_CHARACTERS = 140;
const isLive = inArray(records.status, ["pending", "accepted"]);

/**
 * A Datanet's map of topics, as far as it is drawn: rows rejected or mended since are left out, contributions without
 * embeddings are counted. Whoever calls it has asked whether the actor may read the Datanet.
 */
export async function readMap({ db }: Pick<Context, "db">, dataDir: string, datanetId: string) {
  const [counts] = await db
    .select({
      waiting: sql<number>`count(*) filter (where ${embeddingState} = 'pending')::int`,
      problem: sql<string | null>`max(${contributions.health} #>> '{embedding,reason}')`,
    })
    .from(contributions)
    .where(and(eq(contributions.datanetId, datanetId), isInDatanet));
  const map = StoredMap.safeParse(await new VectorFolder(dataDir).readMap(datanetId)).data;
  const rows = await db.$count(records, and(eq(records.datanetId, datanetId), isLive));
  return {
    /** Contributions whose rows are still being embedded. */
    waiting: counts!.waiting,
    /** Why there will be no map, in a sentence. */
    problem: counts!.problem,
    /** Rows of the Datanet; of more than 2,000 a random sample is drawn. */
    rows,
    explained: map?.explained ?? null,
    keptNeighbours: map?.keptNeighbours ?? null,
    points: map ? await namePoints(db, datanetId, map) : [],
  };
}

async function namePoints(db: Database, datanetId: string, { ids, points }: StoredMap) {
  const found = await db
    .select({
      id: records.id,
      contributionId: records.contributionId,
      row: records.rowNumber,
      prompt: sql<string>`left(${records.prompt}, ${SHOWN_CHARACTERS})`,
      // The label is what a label Datanet sorts its rows by.
      category: sql<string>`case when ${datanets.goal} = 'label' then left(${records.answer}, 80) else left(${records.category}, 80) end`,
      contributorId: records.contributorId,
      contributorName: accounts.name,
      contributorAddress: accounts.address,
    })
    .from(records)
    .innerJoin(accounts, eq(accounts.id, records.contributorId))
    .innerJoin(datanets, eq(datanets.id, records.datanetId))
    .where(
      and(eq(records.datanetId, datanetId), isLive, sql`${records.id} = any(${sql.param(ids)}::uuid[])`),
    );
  const byId = new Map(found.map((row) => [row.id, row]));
  return ids.flatMap((id, i) => {
    const row = byId.get(id);
    return row ? [{ ...row, x: points[i]![0], y: points[i]![1] }] : [];
  });
}
