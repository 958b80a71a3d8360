import { and, desc, eq, inArray, sql } from "drizzle-orm";
import type { Database } from "@/db/client";
import { contributions, findings, records } from "@/db/schema";
import { problem } from "@/server/contribution/intake/codes";
import {
  ASKED_A_CALL,
  MOST_COMPARED,
  type NearestRow,
  type RunnerEmbeddings,
  VECTOR_BYTES,
} from "@/server/runner/embeddings";
import { arrival, arrivedAt, embeddingState, isInDatanet, setEmbedding } from "./state";
import { MODEL, type VectorFolder } from "./vector-folder";

/**
 * From here on two prompts are said to ask the same. Chosen on one half of 120 hand-written pairs and judged on the
 * other (`python -m bench.near_meaning` in training-runner): precision 1.00 of 13 flagged, recall 0.43.
 */
export const NEAR = 0.83;
/** Above this none of the pairs that differ came, in either half: whoever reviews the row is told. */
const SURELY_NEAR = 0.9;
const CHUNK_BYTES = 20_000 * VECTOR_BYTES;
/** Rows that somebody took out, or that gave way to a mended one, are nobody's neighbours. */
const LIVE = ["pending", "accepted"] as const;

export type NearDeps = { db: Database; embeddings: RunnerEmbeddings; vectors: VectorFolder };
type Row = { recordId: string; contributionId: string };

/**
 * Finds the nearest earlier row of each row of a contribution and notes those that ask the same, 1,000 rows a
 * transaction, from where it was left. Everything that came before has its vectors.
 * @returns false when `isOver` said so before the end
 */
export async function compareRows(
  deps: NearDeps,
  contribution: { id: string; datanetId: string },
  cursor: { compared: number; unlike: number; near: number },
  isOver: () => boolean,
): Promise<boolean> {
  const { rows, chunks, own, leftOut } = await gather(deps, contribution);
  const live = await liveRecords(deps.db, contribution.datanetId, rows);
  const skip = Buffer.alloc(Math.ceil(rows.length / 8));
  rows.forEach(({ recordId }, i) => {
    if (!live.has(recordId)) skip[i >> 3]! |= 1 << (i & 7);
  });
  let { compared, unlike, near } = cursor;
  while (compared < own.count) {
    const first = own.first + compared;
    const count = Math.min(ASKED_A_CALL, own.count - compared);
    const found = await deps.embeddings.nearest(chunks, first, count, skip);
    const asked = found
      .map((nearest, i) => ({ nearest, row: rows[first + i]! }))
      .filter(({ row }) => live.has(row.recordId));
    const alike = asked.filter(({ nearest }) => (nearest.cosine ?? -1) >= NEAR);
    unlike += asked.length - alike.length;
    near += alike.length;
    const isFirst = compared === 0;
    compared += count;
    await deps.db.transaction(async (tx) => {
      const isOurs = and(eq(findings.contributionId, contribution.id), eq(findings.code, "NEAR_MEANING"));
      if (isFirst) await tx.delete(findings).where(isOurs);
      const values = alike.map(({ nearest, row }) => finding(live, row, nearest, rows));
      if (values.length > 0) await tx.insert(findings).values(values);
      const progress = { rows: own.count, embedded: own.count, compared, unlike, near };
      await setEmbedding(tx, contribution.id, { state: "pending", ...progress });
    });
    if (compared < own.count && isOver()) return false;
  }
  await setEmbedding(deps.db, contribution.id, {
    state: "done",
    model: MODEL,
    rows: unlike + near,
    unlike,
    near,
    against: live.size,
    leftOut,
  });
  return true;
}

function finding(
  live: Map<string, number>,
  { recordId, contributionId }: Row,
  { row, cosine }: NearestRow,
  rows: Row[],
): typeof findings.$inferInsert {
  const other = rows[row!]!;
  const [here, there] = [live.get(recordId)!, live.get(other.recordId)!];
  const isSameFile = other.contributionId === contributionId;
  const { code, message, fix } = problem(
    "NEAR_MEANING",
    { row: here, other: there, isSameFile, likeness: cosine! },
    { row: here },
  );
  return {
    contributionId,
    row: here,
    code,
    severity: cosine! >= SURELY_NEAR ? "warning" : "note",
    message,
    fix,
    detail: {
      recordId: other.recordId,
      contributionId: other.contributionId,
      row: there,
      likeness: cosine,
    },
  };
}

/** Every row that came before and the contribution's own, oldest first, and the chunks they are known by on the runner. */
async function gather(
  { db, embeddings, vectors }: NearDeps,
  contribution: { id: string; datanetId: string },
) {
  const before = await db
    .select({ id: contributions.id })
    .from(contributions)
    .where(
      and(
        eq(contributions.datanetId, contribution.datanetId),
        isInDatanet,
        eq(embeddingState, "done"),
        sql`(${arrival}) < (select ${arrival} from contributions where id = ${contribution.id})`,
      ),
    )
    .orderBy(desc(arrivedAt), desc(contributions.id));
  const ownRows = Math.min(await vectors.count(contribution.id), MOST_COMPARED);
  const chosen = [contribution.id];
  let total = ownRows;
  let leftOut = 0;
  // Of more rows than can be compared the oldest files are left out, whole.
  for (const { id } of before) {
    const count = await vectors.count(id);
    const fits = leftOut === 0 && total + count <= MOST_COMPARED;
    if (fits) chosen.unshift(id);
    if (fits) total += count;
    else leftOut += count;
  }
  const rows: Row[] = [];
  const packer = new Packer(embeddings);
  let first = 0;
  for (const contributionId of chosen) {
    first = rows.length;
    const read = await vectors.read(contributionId);
    if (!read) continue;
    const ids = read.ids.slice(0, MOST_COMPARED);
    rows.push(...ids.map((recordId) => ({ recordId, contributionId })));
    await packer.add(read.rows.subarray(0, ids.length * VECTOR_BYTES));
  }
  return { rows, chunks: await packer.end(), own: { first, count: rows.length - first }, leftOut };
}

/** Rows of many files in chunks of one size, so that a thousand small files are a few chunks. */
class Packer {
  private readonly chunks: string[] = [];
  private waiting: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly embeddings: RunnerEmbeddings) {}

  async add(rows: Buffer): Promise<void> {
    for (let at = 0; at < rows.length; ) {
      const part = rows.subarray(at, at + CHUNK_BYTES - this.bytes);
      this.waiting.push(part);
      this.bytes += part.length;
      at += part.length;
      if (this.bytes === CHUNK_BYTES) await this.flush();
    }
  }

  async end(): Promise<string[]> {
    if (this.bytes > 0) await this.flush();
    return this.chunks;
  }

  private async flush(): Promise<void> {
    this.chunks.push(await this.embeddings.keep(Buffer.concat(this.waiting)));
    this.waiting = [];
    this.bytes = 0;
  }
}

/** Record id to row number of those that count. */
async function liveRecords(db: Database, datanetId: string, rows: Row[]): Promise<Map<string, number>> {
  const found = await db
    .select({ id: records.id, rowNumber: records.rowNumber })
    .from(records)
    .where(and(eq(records.datanetId, datanetId), inArray(records.status, [...LIVE])));
  const known = new Set(rows.map(({ recordId }) => recordId));
  return new Map(found.filter(({ id }) => known.has(id)).map(({ id, rowNumber }) => [id, rowNumber]));
}
