import { asc, eq } from "drizzle-orm";
import type { DatabaseOrTransaction } from "@/db/client";
import { type CrossDropped, records, snapshotRecords } from "@/db/schema";
import { sha256Hex } from "@/server/chain/hash";
import { sampleSplitLeaf } from "@/server/sample/ids";
import type { BlobStore } from "@/server/storage/blob-store";
import { inputLines } from "./input-lines";
import { joinRows } from "./join-rows";
import type { Source } from "./sources";

export type RunInputs = { train: string; validation: string; test: string };
export type BuiltInputs = {
  inputs: RunInputs;
  /** Test questions of all Datanets together. */
  items: number;
  trainRows: number;
  /** Rows kept apart because they would have met another Datanet's test; null for a run on one. */
  dropped: CrossDropped | null;
  /** SHA-256 of each version's own test, in the order of the versions. */
  testSha256s: string[];
};

/**
 * Writes the three sides of one or several versions as JSONL blobs, rows by version and leaf, so that every run on
 * the same versions reads the very same files; a sample alone in an order that is the same on every installation.
 * `inputs` are their SHA-256.
 */
export async function buildInputs(
  db: DatabaseOrTransaction,
  blobs: BlobStore,
  sources: readonly Source[],
  excludedContributorIds: readonly string[] = [],
): Promise<BuiltInputs> {
  const { goal } = sources[0]!.datanet;
  const groups = [];
  for (const { snapshot } of sources) groups.push(await rowsOf(db, snapshot.id));
  if (sources.length === 1 && sources[0]!.datanet.isSample) {
    groups[0]!.sort((a, b) => (sampleSplitLeaf(a.id) < sampleSplitLeaf(b.id) ? -1 : 1));
  }
  const { rows, dropped } = joinRows(groups);
  // A run on one sample reads the bytes that were shipped: no Datanet in the line, because it is the only one.
  const isOneSample = sources.length === 1 && sources[0]!.datanet.isSample;
  const lineOf = ({ rowHash: _, source: __, datanet, cluster, ...row }: (typeof rows)[number]) => ({
    ...row,
    cluster,
    ...(isOneSample ? {} : { datanet }),
  });
  const { items, trainRows, ...sides } = inputLines(rows.map(lineOf), goal, new Set(excludedContributorIds));
  const store = async (lines: string) => (await blobs.put(lines)).sha256;
  const inputs = {
    train: await store(sides.train),
    validation: await store(sides.validation),
    test: await store(sides.test),
  };
  const testSha256s =
    groups.length === 1
      ? [inputs.test]
      : groups.map((group) => sha256Hex(inputLines(group.map(lineOf), goal).test));
  return { inputs, items, trainRows, dropped, testSha256s };
}

/** What a mix of versions comes to, without writing a file: rows to train on, questions, rows kept apart. */
export async function countInputs(
  db: DatabaseOrTransaction,
  sources: readonly Source[],
  excludedContributorIds: readonly string[] = [],
): Promise<Pick<BuiltInputs, "items" | "trainRows" | "dropped">> {
  const groups = [];
  for (const { snapshot } of sources) groups.push(await rowsOf(db, snapshot.id));
  const { rows, dropped } = joinRows(groups);
  const excluded = new Set(excludedContributorIds);
  return {
    items: rows.filter(({ side }) => side === "test").length,
    trainRows: rows.filter(({ side, contributor }) => side === "train" && !excluded.has(contributor)).length,
    dropped,
  };
}

const rowsOf = (db: DatabaseOrTransaction, snapshotId: string) =>
  db
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
      datanet: records.datanetId,
      rowHash: records.rowHash,
      source: records.source,
    })
    .from(snapshotRecords)
    .innerJoin(records, eq(records.id, snapshotRecords.recordId))
    .where(eq(snapshotRecords.snapshotId, snapshotId))
    .orderBy(asc(snapshotRecords.leaf));
