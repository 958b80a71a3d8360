import { and, asc, eq, ne } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { records, snapshotRecords } from "@/db/schema";
import type { Goal } from "@/db/schema/datanet.constants";
import type { BlobStore } from "@/server/storage/blob-store";
import { inputLines } from "./input-lines";

export type RunInputs = { train: string; validation: string; test: string };

/**
 * Writes the three sides of a version as JSONL blobs, rows in leaf order, so that every run on a version reads the
 * very same files. `inputs` are their SHA-256, `items` the number of test questions.
 */
export async function buildInputs(
  db: DatabaseOrTransaction,
  blobs: BlobStore,
  snapshotId: string,
  goal: Goal,
): Promise<{ inputs: RunInputs; items: number }> {
  const rows = await db
    .select({
      side: snapshotRecords.side,
      sealed: snapshotRecords.sealed,
      cluster: snapshotRecords.cluster,
      id: records.id,
      prompt: records.prompt,
      answer: records.answer,
      system: records.system,
      category: records.category,
      contributor: records.contributorId,
      contribution: records.contributionId,
    })
    .from(snapshotRecords)
    .innerJoin(records, eq(records.id, snapshotRecords.recordId))
    .where(eq(snapshotRecords.snapshotId, snapshotId))
    .orderBy(asc(snapshotRecords.leaf));

  const { items, ...sides } = inputLines(rows, goal);
  const store = async (lines: string) => (await blobs.put(lines)).sha256;
  return {
    inputs: {
      train: await store(sides.train),
      validation: await store(sides.validation),
      test: await store(sides.test),
    },
    items,
  };
}

/** The questions of a test that may be shown; the sealed ones count in totals only. */
export async function shownTestItems(db: DatabaseOrTransaction, snapshotId: string): Promise<Set<string>> {
  const rows = await db
    .select({ id: snapshotRecords.recordId })
    .from(snapshotRecords)
    .where(
      and(
        eq(snapshotRecords.snapshotId, snapshotId),
        eq(snapshotRecords.side, "test"),
        ne(snapshotRecords.sealed, true),
      ),
    );
  return new Set(rows.map((row) => row.id));
}
