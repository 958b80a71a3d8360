import { and, asc, eq, inArray, ne, sql } from "drizzle-orm";
import type { Database } from "@/db/client";
import { contributions, records } from "@/db/schema";
import type { JobPayload } from "@/server/jobs/names";
import { enqueue } from "@/server/jobs/queue";
import { MOST_COMPARED, TEXTS_A_CALL } from "@/server/runner/embeddings";
import { RunnerError } from "@/server/runner/transport";
import { drawMap } from "./draw-map";
import { compareRows, type NearDeps } from "./neighbours";
import { arrivedAt, embeddingState, isInDatanet, setEmbedding } from "./state";
import type { EmbeddingState } from "./words";

/** A job lasts two minutes at most; what is not done by then is another job, behind those of other Datanets. */
const SLICE_MS = 45_000;
const AGAIN_SECONDS = 30;
/** 256 tokens of any language lie well within it; the model reads no further. */
const READ_CHARACTERS = 4000;
/** Rows whose text is part of the Datanet or was. */
const EMBEDDED = ["pending", "accepted", "rejected"] as const;

type Unfinished = { id: string; datanetId: string; state: EmbeddingState | null };

/**
 * Embeds what a Datanet lacks, oldest contribution first, then finds each one's neighbours and draws the map. May be
 * killed anywhere and run again: vectors are kept as they come, neighbours a thousand rows at a time.
 */
export async function embedDatanet(
  deps: NearDeps,
  { datanetId }: JobPayload["contribution.embed"],
  sliceMs = SLICE_MS,
): Promise<void> {
  await deps.db.transaction(async (lock) => {
    const result = await lock.execute<{ mine: boolean }>(
      sql`select pg_try_advisory_xact_lock(hashtextextended(${`embed:${datanetId}`}, 0)) as mine`,
    );
    if (!result.rows[0]?.mine) return again(deps.db, datanetId, AGAIN_SECONDS);
    try {
      if (!(await work(deps, datanetId, performance.now() + sliceMs))) await again(deps.db, datanetId, 0);
    } catch (error) {
      if (!(error instanceof RunnerError)) throw error;
      if (error.retryable) await again(deps.db, datanetId, AGAIN_SECONDS);
      else await giveUp(deps.db, datanetId, error);
    }
  });
}

/** @returns whether everything is done */
async function work(deps: NearDeps, datanetId: string, deadline: number): Promise<boolean> {
  const isOver = () => performance.now() > deadline;
  for (;;) {
    const next = await oldestUnfinished(deps.db, datanetId);
    if (!next) break;
    const made = await embedRows(deps, next, isOver);
    if (made === "over") return false;
    // A row that came late may stand between others: their neighbours are looked for with it.
    const left = made === "none" && next.state?.state === "pending" ? next.state : null;
    const { compared = 0, unlike = 0, near = 0 } = left ?? {};
    if (!(await compareRows(deps, next, { compared, unlike, near }, isOver))) return false;
  }
  await drawMap(deps, datanetId);
  return true;
}

const again = (db: Database, datanetId: string, seconds: number) =>
  db.transaction((tx) => enqueue(tx, "contribution.embed", { datanetId }, seconds));

/** Nothing waits for it: the app goes on without this signal, says why, and asks again later. */
async function giveUp(db: Database, datanetId: string, { code, message }: RunnerError): Promise<void> {
  console.error(`embeddings of ${datanetId}: ${code}: ${message}`);
  const waiting = await db
    .select({ id: contributions.id })
    .from(contributions)
    .where(isUnfinished(datanetId));
  for (const { id } of waiting) await setEmbedding(db, id, { state: "unavailable", code, reason: message });
}

const isUnfinished = (datanetId: string) =>
  and(eq(contributions.datanetId, datanetId), isInDatanet, ne(embeddingState, "done"));

async function oldestUnfinished(db: Database, datanetId: string): Promise<Unfinished | undefined> {
  const [row] = await db
    .select({
      id: contributions.id,
      datanetId: contributions.datanetId,
      state: sql<EmbeddingState | null>`${contributions.health} -> 'embedding'`,
    })
    .from(contributions)
    .where(isUnfinished(datanetId))
    .orderBy(asc(arrivedAt), asc(contributions.id))
    .limit(1);
  return row;
}

/** @returns whether vectors were made; "over" when `isOver` said so before every row has its own */
async function embedRows(
  { db, embeddings, vectors }: NearDeps,
  { id }: Unfinished,
  isOver: () => boolean,
): Promise<"none" | "some" | "over"> {
  const wanted = await db
    .select({ id: records.id })
    .from(records)
    .where(and(eq(records.contributionId, id), inArray(records.status, [...EMBEDDED])))
    .orderBy(asc(records.rowNumber), asc(records.revision))
    .limit(MOST_COMPARED);
  const known = new Set((await vectors.read(id))?.ids);
  const missing = wanted.filter((row) => !known.has(row.id));
  if (missing.length === 0) return "none";
  const rows = wanted.length;
  for (let at = 0; at < missing.length; at += TEXTS_A_CALL) {
    const ids = missing.slice(at, at + TEXTS_A_CALL).map((row) => row.id);
    const found = await db
      .select({ id: records.id, prompt: sql<string>`left(${records.prompt}, ${READ_CHARACTERS})` })
      .from(records)
      .where(inArray(records.id, ids));
    if (found.length === 0) continue;
    const made = await embeddings.embed(found.map(({ prompt }) => prompt));
    await vectors.append(id, { ids: found.map((row) => row.id), rows: made.vectors });
    const embedded = rows - missing.length + at + ids.length;
    if (embedded < rows && isOver()) {
      await setEmbedding(db, id, { state: "pending", rows, embedded });
      return "over";
    }
  }
  return "some";
}
